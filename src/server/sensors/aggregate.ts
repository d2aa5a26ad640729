import type { SensorData, SensorValue } from '../../api/pneumo.ts';

/** One value of a tap. */
export type TapValue = SensorValue;

export type Aggregation =
  /** All values; at most the last `sampleSize` of them. */
  | { readonly type: 'accumulate'; readonly sampleSize: number | null }
  /** Numbers added up; of texts their number. */
  | { readonly type: 'sum' }
  | { readonly type: 'count' };

/** Values of an interval that become one. */
export interface Aggregator {
  add(value: TapValue): void;
  /** What the values since the last call come to; null when there is nothing to say. */
  take(): SensorData | null;
  readonly isEmpty: boolean;
}

/** The most values of one report: beyond it the last ones count. */
const MOST_VALUES = 1000;

/** @param latestOnly for what is a level and not an amount: adding it up makes no sense, the last value is taken */
export function createAggregator(aggregation: Aggregation, latestOnly = false): Aggregator {
  switch (aggregation.type) {
    case 'accumulate':
      return new Accumulator(Math.min(aggregation.sampleSize ?? MOST_VALUES, MOST_VALUES));
    case 'count':
      return new Folder<number>((count) => count + 1, 0);
    case 'sum':
      return latestOnly ? new Folder<TapValue>((_, value) => value, null) : new Folder<TapValue>(plus, null);
  }
}

class Accumulator implements Aggregator {
  readonly #most: number;
  #values: TapValue[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#values.length === 0;
  }

  add(value: TapValue): void {
    this.#values.push(value);
    // Cutting now and then costs less than shifting each time.
    if (this.#values.length >= 2 * this.#most) this.#values = this.#values.slice(-this.#most);
  }

  take(): SensorData | null {
    const values = this.#values.slice(-this.#most);
    this.#values = [];
    return values.length === 0 ? null : values;
  }
}

class Folder<T extends TapValue> implements Aggregator {
  readonly #fold: (sum: T, value: TapValue) => T;
  readonly #zero: T | null;
  #sum: T | null;
  #isEmpty = true;

  constructor(fold: (sum: T, value: TapValue) => T, zero: T | null) {
    this.#fold = fold;
    this.#zero = zero;
    this.#sum = zero;
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add(value: TapValue): void {
    this.#isEmpty = false;
    this.#sum = this.#sum === null ? (first(value) as T) : this.#fold(this.#sum, value);
  }

  take(): SensorData | null {
    const sum = this.#sum;
    this.#sum = this.#zero;
    this.#isEmpty = true;
    return sum;
  }
}

const first = (value: TapValue): TapValue => (typeof value === 'object' ? plus({}, value) : amount(value));

function plus(sum: TapValue, value: TapValue): TapValue {
  if (typeof value !== 'object') return Number(sum) + amount(value);
  const all: Record<string, number | string> = { ...(typeof sum === 'object' ? sum : {}) };
  for (const [name, one] of Object.entries(value)) all[name] = Number(all[name] ?? 0) + amount(one);
  return all;
}

const amount = (value: number | string): number => (typeof value === 'string' ? 1 : value);
