import { CONNECT_INSTANCE } from '../api/paths.ts';
import type { PneumoMessage } from '../api/shapes.ts';
import type { Engine, EngineMessage } from '../engine/types.ts';
import { failureInput } from './engine-replies.ts';
import type { Fleet } from './fleet.ts';

/** What clients may read back. */
const HISTORY_LENGTH = 60;

/** The messages of all engines of a fleet, as clients of 1.10 expect them: those crash on types they do not know. */
export class Pneumo {
  readonly #history: PneumoMessage[] = [];
  readonly #listeners = new Set<(message: PneumoMessage) => void>();
  readonly #unsubscribe: (() => void)[] = [];

  constructor(fleet: Fleet) {
    for (const instance of [fleet.modelManage, ...fleet.engines.keys()]) {
      this.#publish(CONNECT_INSTANCE, { type: 'health', instance, health: 'ok' });
    }
    for (const [name, engine] of fleet.engines) this.#unsubscribe.push(this.#follow(name, engine));
  }

  /** Oldest first. */
  history(): PneumoMessage[] {
    return [...this.#history];
  }

  /** @returns a function that ends the subscription */
  onMessage(listener: (message: PneumoMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#listeners.clear();
  }

  #follow(name: string, engine: Engine): () => void {
    return engine.onMessage((message) => {
      const fields = pneumoFields(message);
      if (fields !== null) this.#publish(name, fields);
    });
  }

  #publish(src: string, fields: { type: string; [field: string]: unknown }): void {
    const message: PneumoMessage = { src, timestamp: new Date().toISOString(), ...fields };
    this.#history.push(message);
    if (this.#history.length > HISTORY_LENGTH) this.#history.shift();
    for (const listener of this.#listeners) listener(message);
  }
}

/** An engine's message in the fields of 1.10; null for what 1.10 does not know. */
function pneumoFields(message: EngineMessage): { type: string; [field: string]: unknown } | null {
  switch (message.type) {
    case 'log':
      return { type: 'log', level: message.level, text: message.text };
    case 'model-console':
      return { type: 'model-console', text: message.text };
    case 'engine-state':
      return { type: 'engine-state', state: message.state };
    case 'engine-config': {
      const { item, op, ref } = message;
      return { type: 'engine-config', item, op, ...(ref === undefined ? {} : { ref }) };
    }
    case 'model-error': {
      const { input, traceback, message: sentence } = message.failure;
      const console = traceback === '' ? sentence : traceback;
      return { type: 'model-error', input: failureInput(input), console };
    }
    case 'reject':
      return null;
  }
}
