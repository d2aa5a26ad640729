import { CONNECT_INSTANCE } from '../../api/paths.ts';
import type { PneumoFields, PneumoFilter, PneumoMessage } from '../../api/pneumo.ts';
import type { Engine } from '../../engine/types.ts';
import { Listeners } from '../../util/listeners.ts';
import type { Fleet } from '../fleet.ts';
import { pneumoFields } from './engine-message.ts';
import { History } from './history.ts';

/** A message, and its JSON text: that is made once, however many read it. */
export interface Published {
  readonly message: PneumoMessage;
  readonly text: string;
}

/** A message of now. */
export function toldBy(src: string, fields: PneumoFields): PneumoMessage {
  return { src, timestamp: new Date().toISOString(), ...fields } as PneumoMessage;
}

/** The messages of all instances of a fleet, as clients of 1.10 expect them: those crash on types they do not know. */
export class Pneumo {
  readonly #history = new History();
  readonly #listeners = new Listeners<Published>();
  #fleet: Fleet | null = null;
  readonly #unsubscribe: (() => void)[] = [];
  /** How the last run of each engine ended; nothing for those whose run goes on. */
  readonly #outcomes = new Map<string, Published>();

  /** From now on tells what happens in the fleet. */
  follow(fleet: Fleet): void {
    this.#fleet = fleet;
    this.#tellHealth('ok');
    for (const [name, engine] of fleet.engines) this.#unsubscribe.push(this.#followEngine(name, engine));
  }

  /** The server is about to close: nobody can be reached any more. */
  sayGoodbye(): void {
    this.#tellHealth('fail');
  }

  /** The instances have other names from now on. */
  renamed(): void {
    this.#outcomes.clear();
    this.#tellHealth('ok');
  }

  /** @param src any name of the instance that says it */
  publish(src: string, fields: PneumoFields): void {
    const message = toldBy(this.#fleet?.shownName(src) ?? src, fields);
    const published = { message, text: JSON.stringify(message) };
    this.#history.add(message, published.text.length);
    this.#noteOutcome(published);
    this.#listeners.tell(published);
  }

  /** The last `count` messages that match, oldest first. */
  history(count: number, filter?: PneumoFilter): PneumoMessage[] {
    return this.#history.last(count, filter);
  }

  /** Forgets the history. */
  flush(): void {
    this.#history.clear();
  }

  /**
   * How runs have ended that are over: for clients that begin to listen after the last step of a run and wait for its
   * end.
   */
  outcomes(): Published[] {
    return [...this.#outcomes.values()];
  }

  /** How many there are that are told. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** @returns a function that ends the subscription */
  onMessage(listener: (published: Published) => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#listeners.clear();
  }

  #tellHealth(health: 'ok' | 'fail'): void {
    if (this.#fleet === null) return;
    for (const own of [this.#fleet.modelManage, ...this.#fleet.engines.keys()]) {
      this.publish(CONNECT_INSTANCE, { type: 'health', instance: this.#fleet.shownName(own), health });
    }
  }

  #followEngine(name: string, engine: Engine): () => void {
    return engine.onMessage((message) => {
      const fields = pneumoFields(message);
      if (fields !== null) this.publish(name, fields);
    });
  }

  #noteOutcome(published: Published): void {
    const { message } = published;
    if (message.type === 'model-error' || (message.type === 'engine-state' && message.state === 'finished')) {
      this.#outcomes.set(message.src, published);
    } else if (message.type === 'engine-state' && message.state !== 'error') {
      this.#outcomes.delete(message.src);
    }
  }
}
