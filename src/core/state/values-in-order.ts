import { orderInSteps } from '../../util/order-in-steps.ts';

/** Names looked at per step: about a millisecond of work. */
const NAMES_PER_STEP = 4_096;
/** In parts, because a garbage collection goes through all of an array that has changed. */
const PART_LENGTH = 4_096;

/**
 * What a table had at the time of a capture, in the order of names: undefined where a step of work ends, then all at once. The table may change between the
 * steps. Still all names of that time are found, because one that leaves `live` before it was looked at enters `preserved`, which is read last.
 * @param preserved values of names that have changed since, null for a name that was not there; looked up anew each time
 */
export function* valuesInOrder<Live, Value>(
  live: ReadonlyMap<string, Live>,
  preserved: () => ReadonlyMap<string, Value | null> | undefined,
  toValue: (live: Live) => Value,
): Generator<undefined, InOrder<Value>, void> {
  const found = new Findings<Value>();
  // Names that come while it works are left out: a table that grows must not keep this going.
  let left = live.size;
  let looked = 0;
  for (const [name, item] of live) {
    if (left-- === 0) break;
    const kept = preserved()?.get(name);
    const value = kept === undefined ? toValue(item) : kept;
    if (value !== null) found.add(name, value);
    if (++looked % NAMES_PER_STEP === 0) yield;
  }
  const changed = preserved() ?? new Map<string, Value | null>();
  left = changed.size;
  for (const [name, value] of changed) {
    if (left-- === 0) break;
    if (value !== null) found.add(name, value);
    if (++looked % NAMES_PER_STEP === 0) yield;
  }
  const order = yield* orderInSteps(found.size, (place) => found.name(place));
  return new InOrder(found, order, { mayRepeat: changed.size > 0 });
}

/** Findings one by one in the order of their names, each name once: one that was found in both tables has the same value in both. */
class InOrder<Value> {
  readonly #found: Findings<Value>;
  readonly #order: Uint32Array;
  readonly #mayRepeat: boolean;
  #next = 0;

  constructor(found: Findings<Value>, order: Uint32Array, { mayRepeat }: { mayRepeat: boolean }) {
    this.#found = found;
    this.#order = order;
    this.#mayRepeat = mayRepeat;
  }

  /** Undefined when there is none any more. */
  take(): readonly [string, Value] | undefined {
    const place = this.#order[this.#next++];
    if (place === undefined) return undefined;
    const name = this.#found.name(place);
    if (this.#mayRepeat) while (this.#isNext(name)) this.#next++;
    return [name, this.#found.value(place)];
  }

  #isNext(name: string): boolean {
    const place = this.#order[this.#next];
    return place !== undefined && this.#found.name(place) === name;
  }
}

class Findings<Value> {
  size = 0;
  readonly #names: string[][] = [];
  readonly #values: Value[][] = [];

  add(name: string, value: Value): void {
    if (this.size % PART_LENGTH === 0) {
      this.#names.push([]);
      this.#values.push([]);
    }
    this.#names.at(-1)?.push(name);
    this.#values.at(-1)?.push(value);
    this.size++;
  }

  name(place: number): string {
    return this.#names[Math.floor(place / PART_LENGTH)]?.[place % PART_LENGTH] as string;
  }

  value(place: number): Value {
    return this.#values[Math.floor(place / PART_LENGTH)]?.[place % PART_LENGTH] as Value;
  }
}
