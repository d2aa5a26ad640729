import { FastScoreError } from '../core/errors.ts';
import { StallTimer } from '../util/stall-timer.ts';
import type { JetProcess } from './channel.ts';
import { FrameReader, frameBuffers } from './frames.ts';
import { JetGoneError } from './jet-errors.ts';
import { publishLines } from './lines.ts';
import type { EngineFrame, JetCodec, JetFrame } from './protocol.ts';

/** How long the pipes of a jet that is gone are waited for: a process of the model's that has left its group may hold them open. */
const PIPES_MS = 1000;

export interface WireOptions {
  readonly process: JetProcess;
  readonly codec: JetCodec;
  /** How long the next bytes of a frame may be waited for that has begun. */
  readonly frameMs: number;
  /** What it throws breaks the wire off. */
  readonly onFrame: (frame: JetFrame) => void;
  readonly onConsole: (stream: 'stdout' | 'stderr', text: string) => void;
  /** Called once, when the process is gone and its last frames have been read. */
  readonly onGone: (fault: FastScoreError) => void;
}

/**
 * The process of a jet and its channel: frames go out and come in, and one day the process ends.
 *
 * | what is true | then |
 * | --- | --- |
 * | open | frames go both ways |
 * | broken off: what came was no frame, or not due | the group is killed; `fault` tells why |
 * | gone | nothing is sent; `fault` tells how it ended |
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #exited: Promise<void>;
  #fault: FastScoreError | null = null;
  #isGone = false;

  constructor(options: WireOptions) {
    this.#options = options;
    const { process, codec, onConsole } = options;
    const { child, output, input } = process;
    const reader = new FrameReader((body) => options.onFrame(codec.decode(body)));
    const stall = new StallTimer(options.frameMs, () => this.breakOff(stalled(reader, options.frameMs)));
    output.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.breakOff(error as FastScoreError);
      }
      if (reader.unfinished === null) stall.stop();
      else stall.restart();
    });
    // Errors of the channel are followed by the exit of the process, which tells the reason.
    output.on('error', () => {});
    input.on('error', () => {});
    if (child.stdout !== null) publishLines(child.stdout, (text) => onConsole('stdout', text));
    if (child.stderr !== null) publishLines(child.stderr, (text) => onConsole('stderr', text));
    const pipes = new StallTimer(PIPES_MS, () => {
      for (const pipe of [...child.stdio, output]) pipe?.destroy();
    });
    this.#exited = new Promise((resolve) => {
      const end = (how: string): void => {
        stall.stop();
        pipes.stop();
        this.#end(how, resolve);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', () => {
        process.opened();
        // What the model left running in the background goes with the jet; it would hold the pipes open.
        this.kill();
        pipes.restart();
      });
      child.once('close', (code, signal) => {
        const how = signal === null ? `exit status ${code}` : `signal ${signal}`;
        // Frames sent just before the end are still to be read.
        if (output.readableEnded || output.destroyed) end(how);
        else output.once('close', () => end(how));
      });
    });
  }

  get pid(): number {
    return this.#options.process.child.pid ?? 0;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Why it was broken off, or how the process ended. */
  get fault(): FastScoreError | null {
    return this.#fault;
  }

  send(frame: EngineFrame): void {
    const { process, codec } = this.#options;
    const { input } = process;
    if (this.#isGone || !input.writable) return;
    const buffers = frameBuffers(codec.encode(frame));
    if (buffers.length === 1) {
      input.write(buffers[0]);
    } else {
      input.cork();
      for (const buffer of buffers) input.write(buffer);
      input.uncork();
    }
    if (frame.t !== 'reply') process.ring?.();
  }

  /** The jet has opened its ends. */
  opened(): void {
    this.#options.process.opened();
  }

  /** Ends the process because of what it has sent. @returns the error, to be thrown */
  breakOff(error: FastScoreError): FastScoreError {
    this.#fault ??= error;
    this.kill();
    return error;
  }

  /** SIGKILL for the process and all that it started. */
  kill(): void {
    const { pid } = this.#options.process.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone already.
    }
  }

  /** Ends the process: the end of its channel first, SIGKILL for its whole group after a while. Resolves when it is gone. */
  async stop(graceMs: number): Promise<void> {
    const { input, child } = this.#options.process;
    if (child.exitCode === null && child.signalCode === null) input.end();
    const timer = setTimeout(() => this.kill(), graceMs);
    await this.#exited;
    clearTimeout(timer);
  }

  #end(how: string, resolve: () => void): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const { input, output } = this.#options.process;
    input.destroy();
    output.destroy();
    this.#fault ??= new JetGoneError(how);
    this.#options.onGone(this.#fault);
    resolve();
  }
}

function stalled({ unfinished }: FrameReader, waitedMs: number): FastScoreError {
  const { arrived, length } = unfinished ?? { arrived: 0, length: 0 };
  const sentence = `A jet announced a frame of ${length} bytes and has sent ${arrived} of them; nothing has come for ${waitedMs / 1000} s`;
  return new FastScoreError('JET_PROTOCOL', sentence, {
    hint: 'The channel is for the fastscore package alone: does the model write to file descriptor 3?',
  });
}
