import type { WebSocket } from 'ws';
import type { PneumoMessage } from '../api/pneumo.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Target } from './target.ts';
import { describeTarget } from './target.ts';

/**
 * What happens in a fleet from now on: `for await (const message of subscription)`. The loop ends after {@link close};
 * when the other side goes away it throws. One loop at a time.
 */
export class Subscription implements AsyncIterable<PneumoMessage> {
  readonly #socket: WebSocket;
  readonly #target: Target;
  #waiting: PneumoMessage[] = [];
  #wake = (): void => {};
  #end: 'none' | 'closed' | 'gone' = 'none';

  constructor(socket: WebSocket, target: Target) {
    this.#socket = socket;
    this.#target = target;
    socket.on('message', (data) => {
      this.#waiting.push(JSON.parse(String(data)) as PneumoMessage);
      this.#wake();
    });
    socket.once('close', () => {
      if (this.#end === 'none') this.#end = 'gone';
      this.#wake();
    });
  }

  /** Ends the subscription at once: what has come and was not read is dropped. */
  close(): void {
    this.#end = 'closed';
    this.#socket.terminate();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PneumoMessage, void, void> {
    while (this.#end !== 'closed') {
      const message = this.#waiting.shift();
      if (message !== undefined) yield message;
      else if (this.#end === 'gone') throw this.#gone();
      else await this.#news();
    }
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  #gone(): FastScoreError {
    return new FastScoreError('ENGINE_UNREACHABLE', `${describeTarget(this.#target)} has ended the subscription`, {
      hint: 'It was stopped, or more has happened than was read',
    });
  }
}
