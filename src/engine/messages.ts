import type { EngineMessage } from './types.ts';
import { LOG_LEVEL } from './types.ts';

/** Publishes what happens in one engine to whoever listens: server history, foreground runs, tests. */
export class MessageHub {
  readonly #listeners = new Set<(message: EngineMessage) => void>();

  /** @returns a function that ends the subscription */
  subscribe(listener: (message: EngineMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(message: EngineMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  log(level: keyof typeof LOG_LEVEL, text: string): void {
    this.publish({ type: 'log', level: LOG_LEVEL[level], text });
  }
}
