import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Column } from '../../../src/core/state/column.ts';

test('a column gives back every number, whatever lies between them', () => {
  const numbers = fc.integer({ min: 0, max: 52 }).chain((bits) => {
    const integer = fc.maxSafeNat().map((n) => n % 2 ** bits);
    return fc.tuple(fc.constantFrom(0, 1, 1_800_000_000_000), fc.array(integer, { maxLength: 9 }));
  });
  fc.assert(
    fc.property(numbers, ([least, offsets]) => {
      const given = offsets.map((offset) => least + offset);
      const column = new Column(given);
      expect(given.map((_, index) => column.at(index))).toEqual(given);
    }),
  );
});
