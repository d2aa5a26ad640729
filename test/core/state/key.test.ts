import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellKey, compareKeys, itemKey, keyId } from '../../../src/core/state/key.ts';
import { anyUnit } from '../../util/any-unit.ts';

const name = fc.oneof(fc.constantFrom('', 'a', 'b', '1', ':', '1:', 'a1:'), fc.string({ unit: anyUnit, maxLength: 3 }));
const key = fc.oneof(
  name.map(cellKey),
  fc.tuple(name, name).map(([pool, item]) => itemKey(pool, item)),
);

test('two keys have the same id and compare as 0 only when they are the same', () => {
  fc.assert(
    fc.property(key, key, (left, right) => {
      const same = JSON.stringify(left) === JSON.stringify(right);
      expect(keyId(left) === keyId(right)).toBe(same);
      expect(compareKeys(left, right) === 0).toBe(same);
      expect(Math.sign(compareKeys(left, right))).toBe(0 - Math.sign(compareKeys(right, left)));
    }),
    { numRuns: 500 },
  );
});

test('keys are in order: cells first, then pools by name, names by code units', () => {
  const ordered = [
    cellKey('B'),
    cellKey('a'),
    cellKey('\u{1f600}'),
    cellKey('\uffff'),
    itemKey('', 'z'),
    itemKey('a', 'b'),
  ];
  for (const shuffled of [[...ordered].reverse(), ordered.slice(3).concat(ordered.slice(0, 3))]) {
    expect(shuffled.sort(compareKeys)).toEqual(ordered);
  }
});
