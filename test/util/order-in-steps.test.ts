import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderInSteps } from '../../src/util/order-in-steps.ts';
import { anyUnit } from './any-unit.ts';

function sorted(names: readonly string[]): { result: readonly string[]; steps: number } {
  const ordering = orderInSteps(names.length, (place) => names[place] as string);
  for (let steps = 0; ; steps++) {
    const step = ordering.next();
    if (!step.done) continue;
    expect(new Set(step.value).size, 'each place comes once').toBe(names.length);
    return { result: [...step.value].map((place) => names[place] as string), steps };
  }
}

describe('the order in steps', () => {
  test('is by code units, like that of the built-in sort', () => {
    const name = fc.oneof(
      fc.string({ unit: anyUnit }),
      fc.string({ unit: fc.constantFrom('a', 'b', '\0', '\u00fd', '\u00fe', '\u00ff', '\u0100') }),
    );
    const names = fc.tuple(fc.constantFrom('', 'item-', '\u20ac'), fc.array(name, { maxLength: 100 }));
    fc.assert(
      fc.property(names, ([beginning, ends]) => {
        const all = ends.map((end) => beginning + end);
        expect(sorted(all).result).toEqual([...all].sort());
      }),
    );
  });

  test.each([0, 1, 15, 16, 17, 33, 8_193, 20_000])('of %i names has them all', (size) => {
    const names = Array.from({ length: size }, (_, index) => `n${(index * 7_919) % 5_000}`);
    expect(sorted(names).result).toEqual([...names].sort());
  });

  test('of a long list takes many steps', () => {
    const { steps } = sorted(Array.from({ length: 40_000 }, (_, index) => `${index}`));
    expect(steps).toBeGreaterThan(50);
  });
});
