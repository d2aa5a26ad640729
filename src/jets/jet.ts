import { FastScoreError } from '../core/errors.ts';
import type { JetProcess } from './channel.ts';
import { FrameReader, frameBuffers } from './frames.ts';
import { publishLines } from './lines.ts';
import type {
  AskFrame,
  BatchFrame,
  Change,
  EmitForms,
  EndedFrame,
  EngineFrame,
  JetCodec,
  JetFrame,
  JetOutput,
  JetReject,
  ModelFailure,
  ProgramFrame,
  RecallFrame,
  ReturnedLoan,
  StartedModel,
  StateReply,
  StateRequest,
} from './protocol.ts';
import { PROTOCOL_VERSION } from './protocol.ts';

/**
 * | state | what is true | leaves to |
 * | --- | --- | --- |
 * | starting | the process runs, `hello`, `loaded` and `begun` are awaited in turn | idle, gone |
 * | idle | begun; waits for a batch | busy, ending, gone |
 * | busy | a batch is with the jet | idle, gone |
 * | ending | `end` was sent | gone |
 * | gone | the process has ended or was told to | - |
 */
export type JetState = 'starting' | 'idle' | 'busy' | 'ending' | 'gone';

export interface JetResult {
  readonly outputs: readonly JetOutput[];
  readonly rejected: readonly JetReject[];
}

/** A model's own error: not a fault of the jet. */
export class ModelFailedError extends FastScoreError {
  readonly failure: ModelFailure;

  constructor(failure: ModelFailure) {
    super('MODEL_FAILED', failure.message, { details: { phase: failure.phase, traceback: failure.traceback } });
    this.failure = failure;
  }
}

/** The process ended although nobody asked it to. */
export class JetGoneError extends FastScoreError {
  constructor(how: string) {
    super('JET_CRASHED', `A jet ended unexpectedly: ${how}`);
  }
}

export interface JetOptions {
  readonly number: number;
  readonly sandbox: string;
  readonly process: JetProcess;
  readonly codec: JetCodec;
  /** Answers state requests; `reply` may be called later. */
  readonly onState: (request: StateRequest, reply: (reply: StateReply) => void) => void;
  /** What the model has changed in keys that are lent to this jet; called before anything else is done with the frame that brought it. */
  readonly onChanges: (changes: readonly Change[]) => void;
  readonly onHandIn: (loans: readonly ReturnedLoan[]) => void;
  readonly onConsole: (stream: 'stdout' | 'stderr', text: string) => void;
  /** The jet has dealt with records, or emitted some. */
  readonly onFlow?: (side: 'input' | 'output', records: number, bytes: number) => void;
  /** Called once, when the process is gone; `expected` is false when nobody asked it to end. */
  readonly onGone: (expected: boolean) => void;
}

interface Waiter {
  readonly awaited: readonly JetFrame['t'][];
  resolve(frame: JetFrame): void;
  reject(error: Error): void;
}

const STOP_GRACE_MS = 3000;

/** One jet as the engine sees it: one request of the engine at a time, state requests of the model in between. */
export class Jet {
  readonly number: number;
  readonly sandbox: string;
  readonly startedAt = Date.now();
  /** Input records that came back done, and their size. */
  records = 0;
  bytes = 0;
  /** What the model emitted. */
  outputRecords = 0;
  outputBytes = 0;
  /** Time with a batch in hand. */
  busyMs = 0;
  /** Time in which it waited for keys that others had. */
  waitedMs = 0;
  #state: JetState = 'starting';
  #lending = false;
  #waiter: Waiter | null = null;
  #early: JetFrame[] = [];
  #stopped = false;
  #fault: FastScoreError | null = null;
  readonly #options: JetOptions;
  readonly #exited: Promise<void>;

  constructor(options: JetOptions) {
    this.#options = options;
    this.number = options.number;
    this.sandbox = options.sandbox;
    const { child, output, input } = options.process;
    const reader = new FrameReader((body) => this.#receive(options.codec.decode(body)));
    output.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#breakOff(error as FastScoreError);
      }
    });
    // Errors of the channel are followed by the exit of the process, which tells the reason.
    output.on('error', () => {});
    input.on('error', () => {});
    if (child.stdout !== null) publishLines(child.stdout, (text) => options.onConsole('stdout', text));
    if (child.stderr !== null) publishLines(child.stderr, (text) => options.onConsole('stderr', text));
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => this.#gone(error.message, resolve));
      child.once('exit', () => {
        options.process.opened();
        // What the model left running in the background goes with the jet; it would hold the pipes open.
        this.#signalGroup();
      });
      child.once('close', (code, signal) => {
        const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
        // Frames sent just before the end are still to be read.
        if (output.readableEnded || output.destroyed) this.#gone(how, resolve);
        else output.once('close', () => this.#gone(how, resolve));
      });
    });
  }

  get pid(): number {
    return this.#options.process.child.pid ?? 0;
  }

  /** Whether keys may be lent to this jet. */
  get lending(): boolean {
    return this.#lending;
  }

  get state(): JetState {
    return this.#state;
  }

  /** How the process ended, for people. */
  get lastWords(): string {
    return this.#fault?.message ?? 'it still runs';
  }

  /** Loads the model. @throws ModelFailedError, JetGoneError */
  async load(model: StartedModel): Promise<void> {
    const hello = await this.#receiveNext('hello');
    this.#options.process.opened();
    if (hello.t === 'hello' && hello.protocol !== PROTOCOL_VERSION) {
      const ours = `engine speaks protocol ${PROTOCOL_VERSION}`;
      throw this.#breakOff(
        new FastScoreError('JET_PROTOCOL', `A jet speaks protocol ${hello.protocol}, this ${ours}`, {
          hint: 'Remove other installations of the fastscore package from the path of the interpreter',
        }),
      );
    }
    if (hello.t === 'hello') this.#lending = hello.lending;
    await this.#ask({ t: 'start', model, jet: this.number }, 'loaded');
  }

  /** Runs the model's `begin`. */
  async begin(): Promise<void> {
    await this.#ask({ t: 'begin' }, 'begun');
    this.#state = 'idle';
  }

  async run(batch: BatchFrame): Promise<JetResult> {
    this.#state = 'busy';
    const since = performance.now();
    const frame = await this.#ask(batch, 'result');
    if (frame.t !== 'result' || frame.id !== batch.id) {
      throw this.#breakOff(new FastScoreError('JET_PROTOCOL', `A jet answered another batch than ${batch.id}`));
    }
    this.busyMs += performance.now() - since;
    this.#countBatch(batch);
    this.#countOutputs(frame.outputs);
    this.#state = 'idle';
    return frame;
  }

  /** Starts the program of an explicit model, or goes on with it, until it asks for more or is through. */
  async proceed(next: ProgramFrame): Promise<AskFrame | EndedFrame> {
    this.#state = 'busy';
    const since = performance.now();
    const frame = (await this.#ask(next, 'ask', 'ended')) as AskFrame | EndedFrame;
    this.busyMs += performance.now() - since;
    if (next.t === 'batch') this.#countBatch(next);
    this.#countOutputs(frame.outputs);
    this.#state = frame.t === 'ask' ? 'idle' : 'ending';
    if (frame.t === 'ended') void this.stop();
    return frame;
  }

  /** Runs the model's `end` and lets the process go. */
  async end(emit: EmitForms): Promise<JetResult> {
    this.#state = 'ending';
    const frame = await this.#ask({ t: 'end', emit }, 'ended');
    this.#stopped = true;
    void this.stop();
    if (frame.t !== 'ended') return { outputs: [], rejected: [] };
    this.#countOutputs(frame.outputs);
    return frame;
  }

  /** Asks a lent key back. */
  recall(key: RecallFrame['key']): void {
    this.#send({ t: 'recall', key });
  }

  /** Ends the process: the end of its channel first, SIGKILL for its whole group after a while. Resolves when it is gone. */
  async stop(graceMs = STOP_GRACE_MS): Promise<void> {
    this.#stopped = true;
    const { input, child } = this.#options.process;
    if (child.exitCode === null && child.signalCode === null) input.end();
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  /** SIGKILL for the process and all that it started. */
  kill(): void {
    this.#stopped = true;
    this.#signalGroup();
  }

  #countBatch({ records: { count, data } }: BatchFrame): void {
    this.records += count;
    this.bytes += data.length;
    this.#options.onFlow?.('input', count, data.length);
  }

  #countOutputs(outputs: readonly JetOutput[]): void {
    let records = 0;
    let bytes = 0;
    for (const output of outputs) {
      records += output.records.count;
      bytes += output.records.data.length;
    }
    if (records === 0) return;
    this.outputRecords += records;
    this.outputBytes += bytes;
    this.#options.onFlow?.('output', records, bytes);
  }

  async #ask(frame: EngineFrame, ...answers: JetFrame['t'][]): Promise<JetFrame> {
    this.#send(frame);
    return this.#receiveNext(...answers);
  }

  #send(frame: EngineFrame): void {
    const { input } = this.#options.process;
    if (this.#state === 'gone' || !input.writable) return;
    const buffers = frameBuffers(this.#options.codec.encode(frame));
    input.cork();
    for (const buffer of buffers) input.write(buffer);
    input.uncork();
    if (frame.t !== 'reply') this.#options.process.ring?.();
  }

  #receiveNext(...awaited: JetFrame['t'][]): Promise<JetFrame> {
    return new Promise((resolve, reject) => {
      this.#waiter = { awaited, resolve, reject };
      const early = this.#early.shift();
      if (this.#state === 'gone')
        this.#settle((waiter) => waiter.reject(this.#fault ?? new JetGoneError('it was stopped')));
      else if (early !== undefined) this.#receive(early);
    });
  }

  #receive(frame: JetFrame): void {
    if (frame.t === 'state') {
      this.#answer(frame);
      return;
    }
    if (frame.t === 'handin') {
      this.#options.onHandIn(frame.loans);
      return;
    }
    if ('changes' in frame) this.#options.onChanges(frame.changes);
    const waiter = this.#waiter;
    if (waiter === null) {
      // Only `hello` may come before it is awaited.
      if (frame.t !== 'hello') throw new FastScoreError('JET_PROTOCOL', `A jet sent '${frame.t}' without being asked`);
      this.#early.push(frame);
    } else if (frame.t === 'failed') {
      this.#settle(() => waiter.reject(new ModelFailedError(frame)));
    } else if (waiter.awaited.includes(frame.t)) {
      this.#settle(() => waiter.resolve(frame));
    } else {
      throw new FastScoreError(
        'JET_PROTOCOL',
        `A jet sent '${frame.t}' where '${waiter.awaited.join("' or '")}' was due`,
      );
    }
  }

  #answer(request: StateRequest): void {
    const since = performance.now();
    let isLate = false;
    this.#options.onState(request, (reply) => {
      if (isLate) this.waitedMs += performance.now() - since;
      this.#send(reply);
    });
    isLate = true;
  }

  #settle(how: (waiter: Waiter) => void): void {
    const waiter = this.#waiter;
    this.#waiter = null;
    if (waiter !== null) how(waiter);
  }

  #breakOff(error: FastScoreError): FastScoreError {
    this.#fault ??= error;
    this.#signalGroup();
    return error;
  }

  #signalGroup(): void {
    const { pid } = this.#options.process.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  #gone(how: string, resolve: () => void): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    const { input, output } = this.#options.process;
    input.destroy();
    output.destroy();
    this.#fault ??= new JetGoneError(how);
    this.#settle((waiter) => waiter.reject(this.#fault as FastScoreError));
    resolve();
    this.#options.onGone(this.#stopped);
  }
}
