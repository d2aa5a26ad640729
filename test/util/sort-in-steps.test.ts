import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortInSteps } from '../../src/util/sort-in-steps.ts';
import { anyUnit } from './any-unit.ts';

function sorted(names: readonly string[]): { result: readonly string[]; steps: number } {
  const sorting = sortInSteps(names);
  for (let steps = 0; ; steps++) {
    const step = sorting.next();
    if (step.done) return { result: step.value, steps };
  }
}

test('sorting in steps orders by code units, like the built-in sort', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: anyUnit })), (names) => {
      const before = [...names];
      expect(sorted(names).result).toEqual([...names].sort());
      expect(names).toEqual(before);
    }),
  );
});

test.each([2_048, 2_049, 4_096, 6_145, 20_000])('sorting %i names in steps keeps them all', (size) => {
  const names = Array.from({ length: size }, (_, index) => `n${(index * 7_919) % 5_000}`);
  expect(sorted(names).result).toEqual([...names].sort());
});

test('sorting a long list takes many steps', () => {
  const { steps } = sorted(Array.from({ length: 20_480 }, (_, index) => `${index}`));
  expect(steps).toBeGreaterThan(40);
});
