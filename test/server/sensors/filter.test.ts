import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFilter } from '../../../src/server/sensors/filter.ts';

const integers = fc.integer({ min: -20, max: 20 });

test('comparisons and ranges let through what they say', () => {
  fc.assert(
    fc.property(integers, integers, integers, (value, a, b) => {
      const passes = (filter: Record<string, unknown>) => parseFilter(filter)?.(value);
      expect(passes({ Type: '>', Threshold: a })).toBe(value > a);
      expect(passes({ Type: '>=', Threshold: a })).toBe(value >= a);
      expect(passes({ Type: '<', Threshold: a })).toBe(value < a);
      expect(passes({ Type: '<=', Threshold: a })).toBe(value <= a);
      const within = value >= a && value <= b;
      expect(passes({ Type: 'within-range', MinValue: a, MaxValue: b })).toBe(within);
      expect(passes({ Type: 'outside-range', MinValue: a, MaxValue: b })).toBe(!within);
    }),
  );
});

test.each([
  ['1G', 1024 ** 3],
  ['1.5k', 1536],
  ['2MB', 2 * 1024 ** 2],
  ['7', 7],
  ['-1K', -1024],
])('%s is %d', (text, value) => {
  const atLeast = parseFilter({ Type: '>=', Threshold: text });
  expect([atLeast?.(value), atLeast?.(value - 1)]).toEqual([true, false]);
});

test.each([
  [5, 'Filter must be an object or null'],
  [{ Threshold: 1 }, "Filter requires 'Type'"],
  [{ Type: 'toString', Threshold: 1 }, "Filter is one of > >= < <= within-range outside-range, not 'toString'"],
  [{ Type: '>' }, "Filter requires 'Threshold'"],
  [{ Type: '>', Threshold: 'much' }, `'Threshold' of Filter must be a number, or a text such as "1.5G"`],
  [{ Type: 'within-range', MinValue: 1 }, "Filter requires 'MaxValue'"],
  [{ Type: '>', Treshold: 1 }, "Filter has no field 'Treshold'"],
])('%j is refused', (value, message) => {
  expect(() => parseFilter(value)).toThrow(message);
});

test('null is no filter', () => {
  expect(parseFilter(null)).toBeNull();
});
