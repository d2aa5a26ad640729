import type { Engine } from '../engine/types.ts';

/** Records that came when the client that had asked for them was gone: the next one gets them. */
export class Unclaimed {
  readonly #records = new Map<number, Buffer[]>();
  readonly #unsubscribe: () => void;

  constructor(engine: Engine) {
    this.#unsubscribe = engine.onMessage((message) => {
      // A record must not outlive the stream it came from.
      if (message.type === 'engine-config' && message.item === 'stream') this.#records.delete(Number(message.ref));
    });
  }

  take(slot: number): Buffer | undefined {
    const records = this.#records.get(slot);
    const record = records?.shift();
    if (records?.length === 0) this.#records.delete(slot);
    return record;
  }

  keep(slot: number, record: Buffer): void {
    this.#records.set(slot, [...(this.#records.get(slot) ?? []), record]);
  }

  close(): void {
    this.#unsubscribe();
  }
}
