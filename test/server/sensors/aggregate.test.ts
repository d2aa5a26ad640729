import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Aggregation, TapValue } from '../../../src/server/sensors/aggregate.ts';
import { createAggregator } from '../../../src/server/sensors/aggregate.ts';

const numbers = fc.integer({ min: -1000, max: 1000 });
const named = fc.dictionary(fc.constantFrom('a', 'b', 'c'), numbers, { minKeys: 1 });
const sequences = fc.oneof(fc.array(numbers), fc.array(fc.string()), fc.array(named)) as fc.Arbitrary<TapValue[]>;

/** Where the intervals between reports begin. */
const cuts = fc.array(fc.nat(30), { maxLength: 5 });

/** Feeds the values and asks at each cut and at the end. */
function reports(aggregation: Aggregation, values: readonly TapValue[], cutsAt: readonly number[], latestOnly = false) {
  const aggregator = createAggregator(aggregation, latestOnly);
  const taken: { expected: TapValue[]; report: unknown }[] = [];
  let since: TapValue[] = [];
  const take = (): void => {
    expect(aggregator.isEmpty).toBe(since.length === 0);
    taken.push({ expected: since, report: aggregator.take() });
    since = [];
  };
  for (const [index, value] of values.entries()) {
    if (cutsAt.includes(index)) take();
    aggregator.add(value);
    since.push(value);
  }
  take();
  return taken;
}

/** The sum, spelled out. */
function sum(values: readonly TapValue[]): unknown {
  if (values.length === 0) return null;
  if (typeof values[0] === 'string') return values.length;
  if (typeof values[0] === 'number') return (values as number[]).reduce((all, value) => all + value, 0);
  const all: Record<string, number> = {};
  for (const value of values as Record<string, number>[])
    for (const [name, number] of Object.entries(value)) all[name] = (all[name] ?? 0) + number;
  return all;
}

test('a sum is that of the numbers, name by name where they have names, and of texts their number', () => {
  fc.assert(
    fc.property(sequences, cuts, (values, cutsAt) => {
      for (const { expected, report } of reports({ type: 'sum' }, values, cutsAt))
        expect(report).toEqual(sum(expected));
    }),
  );
});

test('a count is the number of values', () => {
  fc.assert(
    fc.property(sequences, cuts, (values, cutsAt) => {
      for (const { expected, report } of reports({ type: 'count' }, values, cutsAt))
        expect(report).toBe(expected.length);
    }),
  );
});

test('what is accumulated are the last values, as many as the sample may have, in their order', () => {
  fc.assert(
    fc.property(sequences, cuts, fc.option(fc.integer({ min: 1, max: 8 })), (values, cutsAt, sampleSize) => {
      for (const { expected, report } of reports({ type: 'accumulate', sampleSize }, values, cutsAt)) {
        expect(report).toEqual(expected.length === 0 ? null : expected.slice(-(sampleSize ?? 1000)));
      }
    }),
  );
});

test('a level is not added up: the sum is the last value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(numbers), fc.array(named)), cuts, (values, cutsAt) => {
      for (const { expected, report } of reports({ type: 'sum' }, values, cutsAt, true)) {
        expect(report).toEqual(expected.at(-1) ?? null);
      }
    }),
  );
});

test('a report has never more than a thousand values', () => {
  const aggregator = createAggregator({ type: 'accumulate', sampleSize: null });
  for (let value = 0; value < 5000; value++) aggregator.add(value);
  expect(aggregator.take()).toEqual(Array.from({ length: 1000 }, (_, index) => index + 4000));
  expect(aggregator.take()).toBeNull();
});
