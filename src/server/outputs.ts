import type { Engine } from '../engine/types.ts';
import { parseDescriptor } from '../streams/descriptor.ts';
import type { Pulled } from '../streams/types.ts';
import type { Fleet } from './fleet.ts';

/**
 * Sees to it that every record of a REST output gets to one client, and to the right one, whatever path the client
 * has taken to the engine.
 */
export class Outputs {
  /** By engine and slot: records that came when the client that had asked for them was gone. */
  readonly #unclaimed = new Map<string, Buffer[]>();
  /** By engine and slot: answers that their clients did not wait for and that have not come yet. */
  readonly #owed = new Map<string, number>();
  /** By engine and slot: outputs of which a client has seen the end. */
  readonly #readToTheEnd = new Set<string>();
  readonly #listeners = new Set<(engine: Engine) => void>();
  readonly #lastTurn = new Map<string, Promise<unknown>>();
  readonly #unsubscribe: (() => void)[];

  constructor(fleet: Fleet) {
    this.#unsubscribe = [...fleet.engines.values()].map((engine) =>
      engine.onMessage((message) => {
        // A record must not outlive the stream it came from.
        if (message.type !== 'engine-config' || message.item !== 'stream') return;
        const place = placeOf(engine, Number(message.ref));
        this.#unclaimed.delete(place);
        this.#owed.delete(place);
        this.#readToTheEnd.delete(place);
      }),
    );
  }

  /** The next record, whether it was meant for another client or comes within `waitMs`. */
  async next(engine: Engine, slot: number, waitMs: number, signal: AbortSignal): Promise<Pulled> {
    return this.#unclaimed.get(placeOf(engine, slot))?.shift() ?? engine.output(slot, waitMs, signal);
  }

  /** A client gets to know that an output has ended. */
  noteEnd(engine: Engine, slot: number): void {
    this.#readToTheEnd.add(placeOf(engine, slot));
    // It is to have its answer before others act on that.
    setImmediate(() => {
      for (const listener of this.#listeners) listener(engine);
    });
  }

  /** The first REST output of an engine whose end no client has seen; null when there is none. */
  unread(engine: Engine): number | null {
    const waiting = engine
      .status()
      .streams.find(
        ({ slot, descriptor }) =>
          slot % 2 === 1 && isRest(descriptor) && !this.#readToTheEnd.has(placeOf(engine, slot)),
      );
    return waiting?.slot ?? null;
  }

  /** @param listener told whose output somebody has read to its end */
  onRead(listener: (engine: Engine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes back a record that its client did not wait for. */
  keep(engine: Engine, slot: number, record: Buffer): void {
    const place = placeOf(engine, slot);
    const records = this.#unclaimed.get(place);
    if (records === undefined) this.#unclaimed.set(place, [record]);
    else records.push(record);
  }

  /** An answer has not come in time. */
  owe(engine: Engine, slot: number): void {
    const place = placeOf(engine, slot);
    this.#owed.set(place, (this.#owed.get(place) ?? 0) + 1);
  }

  /** Drops answers that have come too late: they must not be taken for those to the next question. */
  async dropLate(engine: Engine, slot: number): Promise<void> {
    const place = placeOf(engine, slot);
    for (let owed = this.#owed.get(place) ?? 0; owed > 0; owed--) {
      if (!Buffer.isBuffer(await engine.output(slot, 0))) return;
      this.#owed.set(place, owed - 1);
    }
  }

  /** Runs tasks that wait for one output one after the other: otherwise one would get the output of another's input. */
  inTurn<T>(engine: Engine, slot: number, task: () => Promise<T>): Promise<T> {
    const place = placeOf(engine, slot);
    const turn = (this.#lastTurn.get(place) ?? Promise.resolve()).then(task, task);
    this.#lastTurn.set(place, turn);
    const forget = (): void => {
      if (this.#lastTurn.get(place) === turn) this.#lastTurn.delete(place);
    };
    turn.then(forget, forget);
    return turn;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }
}

const placeOf = (engine: Engine, slot: number): string => `${engine.name}/${slot}`;

const isRest = (descriptor: unknown): boolean => parseDescriptor(descriptor).transport.type === 'REST';
