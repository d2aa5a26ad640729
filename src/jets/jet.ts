import { FastScoreError } from '../core/errors.ts';
import type { JetProcess } from './channel.ts';
import { JetCounts } from './jet-counts.ts';
import { JetGoneError, ModelFailedError } from './jet-errors.ts';
import type {
  AskFrame,
  BatchFrame,
  Change,
  EmitForms,
  EndedFrame,
  EngineFrame,
  HandInFrame,
  JetCodec,
  JetFrame,
  JetOutput,
  JetReject,
  ProgramFrame,
  RecallFrame,
  StartedModel,
  StateReply,
  StateRequest,
} from './protocol.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { Wire } from './wire.ts';

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

/** What the engine has asked of a jet, which it has not done yet. */
export interface JetWork {
  readonly doing: 'load' | 'begin' | 'batch' | 'program' | 'end';
  /** The batch at hand: for a program the one that it has read last. */
  readonly batch: BatchFrame | null;
  /** In milliseconds since 1970. */
  readonly since: number;
}

export interface JetResult {
  readonly outputs: readonly JetOutput[];
  readonly rejected: readonly JetReject[];
}

export interface JetOptions {
  readonly number: number;
  readonly sandbox: string;
  readonly process: JetProcess;
  readonly codec: JetCodec;
  /** How long the next bytes of a frame may be waited for that has begun. */
  readonly frameMs: number;
  /** Answers state requests; `reply` may be called later. */
  readonly onState: (request: StateRequest, reply: (reply: StateReply) => void) => void;
  /** What the model has changed in keys that are lent to this jet; called before anything else is done with the frame that brought it. */
  readonly onChanges: (changes: readonly Change[]) => void;
  readonly onHandIn: (handIn: HandInFrame) => void;
  /** What came of the work on a batch, or of none, before the model failed. */
  readonly onFailing: (result: JetResult, batch: BatchFrame | null) => void;
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
/** Keys take some hundred bytes each in a jet. */
const MOST_REMEMBERED = 100_000;

/** One jet as the engine sees it: one request of the engine at a time, state requests of the model in between. */
export class Jet {
  readonly number: number;
  readonly sandbox: string;
  readonly startedAt = Date.now();
  readonly counts: JetCounts;
  readonly #options: JetOptions;
  readonly #wire: Wire;
  #state: JetState = 'starting';
  #lending = false;
  #waiter: Waiter | null = null;
  /** `hello`, when it came before it was awaited. */
  #early: JetFrame | null = null;
  #asked: Promise<unknown> = Promise.resolve();
  #stopped = false;
  /** The batch at hand. */
  #batch: BatchFrame | null = null;
  #work: JetWork | null = { doing: 'load', batch: null, since: Date.now() };

  constructor(options: JetOptions) {
    this.#options = options;
    this.number = options.number;
    this.sandbox = options.sandbox;
    this.counts = new JetCounts(options.onFlow ?? (() => {}));
    this.#wire = new Wire({
      process: options.process,
      codec: options.codec,
      frameMs: options.frameMs,
      onFrame: (frame) => this.#receive(frame),
      onConsole: options.onConsole,
      onGone: (fault) => {
        this.#state = 'gone';
        this.#takeWaiter()?.reject(fault);
        options.onGone(this.#stopped);
      },
    });
  }

  get pid(): number {
    return this.#wire.pid;
  }

  /** Whether keys may be lent to this jet. */
  get lending(): boolean {
    return this.#lending;
  }

  get state(): JetState {
    return this.#state;
  }

  /** What it is at; null when it waits for the engine. */
  get work(): JetWork | null {
    return this.#work;
  }

  /** How the process ended, for people. */
  get lastWords(): string {
    return this.#wire.fault?.message ?? 'it still runs';
  }

  /**
   * Loads the model.
   * @param remember how many keys the jet may remember between two batches
   * @throws ModelFailedError, JetGoneError
   */
  async load(model: StartedModel, remember = MOST_REMEMBERED): Promise<void> {
    const hello = await this.#receiveNext('hello');
    this.#wire.opened();
    if (hello.t === 'hello' && hello.protocol !== PROTOCOL_VERSION) {
      const ours = `engine speaks protocol ${PROTOCOL_VERSION}`;
      throw this.#wire.breakOff(
        new FastScoreError('JET_PROTOCOL', `A jet speaks protocol ${hello.protocol}, this ${ours}`, {
          hint: 'Remove other installations of the fastscore package from the path of the interpreter',
        }),
      );
    }
    if (hello.t === 'hello') this.#lending = hello.lending;
    await this.#ask({ t: 'start', model, jet: this.number, remember }, 'loaded');
  }

  /** Runs the model's `begin`. */
  async begin(): Promise<void> {
    await this.#ask({ t: 'begin' }, 'begun');
    this.#state = 'idle';
  }

  async run(batch: BatchFrame): Promise<JetResult> {
    this.#state = 'busy';
    this.#batch = batch;
    const since = performance.now();
    const frame = await this.#ask(batch, 'result');
    if (frame.t !== 'result' || frame.id !== batch.id) {
      throw this.#wire.breakOff(new FastScoreError('JET_PROTOCOL', `A jet answered another batch than ${batch.id}`));
    }
    this.counts.busyMs += performance.now() - since;
    this.counts.addBatch(batch);
    this.counts.addOutputs(frame.outputs);
    this.#state = 'idle';
    return frame;
  }

  /** Starts the program of an explicit model, or goes on with it, until it asks for more or is through. */
  async proceed(next: ProgramFrame): Promise<AskFrame | EndedFrame> {
    this.#state = 'busy';
    if (next.t === 'batch') this.#batch = next;
    const since = performance.now();
    const frame = (await this.#ask(next, 'ask', 'ended')) as AskFrame | EndedFrame;
    this.counts.busyMs += performance.now() - since;
    if (next.t === 'batch') this.counts.addBatch(next);
    this.counts.addOutputs(frame.outputs);
    this.#state = frame.t === 'ask' ? 'idle' : 'ending';
    if (frame.t === 'ended') void this.stop();
    return frame;
  }

  /** Runs the model's `end` and lets the process go. */
  async end(emit: EmitForms): Promise<JetResult> {
    this.#state = 'ending';
    this.#batch = null;
    const frame = await this.#ask({ t: 'end', emit }, 'ended');
    this.#stopped = true;
    void this.stop();
    if (frame.t !== 'ended') return { outputs: [], rejected: [] };
    this.counts.addOutputs(frame.outputs);
    return frame;
  }

  /** Resolves when the jet has done what it was given, or is gone. */
  async done(): Promise<void> {
    await this.#asked.catch(() => {});
  }

  /** Asks back what is lent to the jet. */
  recall(key: RecallFrame['key']): void {
    this.#wire.send({ t: 'recall', key });
  }

  /** Ends the process: the end of its channel first, SIGKILL for its whole group after a while. Resolves when it is gone. */
  async stop(graceMs = STOP_GRACE_MS): Promise<void> {
    this.#stopped = true;
    await this.#wire.stop(graceMs);
  }

  /** SIGKILL for the process and all that it started. */
  kill(): void {
    this.#stopped = true;
    this.#wire.kill();
  }

  #ask(frame: AskingFrame, ...answers: JetFrame['t'][]): Promise<JetFrame> {
    this.#work = { doing: DOINGS[frame.t], batch: this.#batch, since: Date.now() };
    this.#wire.send(frame);
    const answer = this.#receiveNext(...answers);
    this.#asked = answer;
    return answer;
  }

  #receiveNext(...awaited: JetFrame['t'][]): Promise<JetFrame> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'gone') {
        reject(this.#wire.fault ?? new JetGoneError('it was stopped'));
        return;
      }
      this.#waiter = { awaited, resolve, reject };
      const early = this.#early;
      this.#early = null;
      if (early !== null) this.#receive(early);
    });
  }

  #receive(frame: JetFrame): void {
    if (frame.t === 'state') {
      this.#answer(frame);
      return;
    }
    if (frame.t === 'handin') {
      this.counts.stores += frame.changes.length + frame.loans.filter(({ value }) => value !== null).length;
      this.#options.onHandIn(frame);
      return;
    }
    if ('changes' in frame) {
      this.counts.stores += frame.changes.length;
      this.#options.onChanges(frame.changes);
    }
    const waiter = this.#waiter;
    if (waiter === null) {
      if (frame.t !== 'hello') throw new FastScoreError('JET_PROTOCOL', `A jet sent '${frame.t}' without being asked`);
      this.#early = frame;
    } else if (frame.t === 'failed') {
      this.counts.addOutputs(frame.outputs);
      this.#options.onFailing(frame, this.#batch);
      this.#takeWaiter()?.reject(new ModelFailedError(frame));
    } else if (waiter.awaited.includes(frame.t)) {
      this.#takeWaiter()?.resolve(frame);
    } else {
      throw new FastScoreError(
        'JET_PROTOCOL',
        `A jet sent '${frame.t}' where '${waiter.awaited.join("' or '")}' was due`,
      );
    }
  }

  #answer(request: StateRequest): void {
    if (request.op === 'set' || request.op === 'cas' || request.op === 'init' || request.op === 'delete') {
      this.counts.stores += 1;
    }
    const since = performance.now();
    let isLate = false;
    this.#options.onState(request, (reply) => {
      if (isLate) this.counts.waitedMs += performance.now() - since;
      this.#wire.send(reply);
    });
    isLate = true;
  }

  #takeWaiter(): Waiter | null {
    const waiter = this.#waiter;
    this.#waiter = null;
    this.#work = null;
    return waiter;
  }
}

/** What a jet answers. */
type AskingFrame = Extract<EngineFrame, { t: 'start' | 'begin' | 'end' }> | ProgramFrame;

const DOINGS = {
  start: 'load',
  begin: 'begin',
  batch: 'batch',
  run: 'program',
  go: 'program',
  eof: 'program',
  end: 'end',
} as const satisfies Record<AskingFrame['t'], JetWork['doing']>;
