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
): Generator<undefined, Iterable<readonly [string, Value]>, void> {
  const found = new Findings<Value>();
  // Names that come while it works are left out: a table that grows must not keep this going.
  let left = live.size;
  for (const [name, item] of live) {
    if (left-- === 0) break;
    const kept = preserved()?.get(name);
    const value = kept === undefined ? toValue(item) : kept;
    if (value !== null) found.add(name, value);
    if (left % NAMES_PER_STEP === 0) yield;
  }
  const changed = preserved() ?? new Map<string, Value | null>();
  left = changed.size;
  for (const [name, value] of changed) {
    if (left-- === 0) break;
    if (value !== null) found.add(name, value);
    if (left % NAMES_PER_STEP === 0) yield;
  }
  const order = yield* orderInSteps(found.size, (place) => found.name(place));
  return found.inOrder(order, { mayRepeat: changed.size > 0 });
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

  /** Each name once: one that was found in both tables has the same value in both. */
  *inOrder(order: Uint32Array, { mayRepeat }: { mayRepeat: boolean }): Generator<readonly [string, Value], void, void> {
    let previous: string | undefined;
    for (const place of order) {
      const name = this.name(place);
      if (mayRepeat && name === previous) continue;
      previous = name;
      yield [name, this.#values[Math.floor(place / PART_LENGTH)]?.[place % PART_LENGTH] as Value];
    }
  }
}
