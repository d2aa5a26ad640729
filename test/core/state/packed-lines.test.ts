import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/core/state/entry.ts';
import { itemKey } from '../../../src/core/state/key.ts';
import type { PackedLines } from '../../../src/core/state/packed-lines.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { packedIn } from './packed-in.ts';

const plain = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });

test('the first line that is not before a name is found from any line on', () => {
  const names = fc.uniqueArray(plain, { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(
      names,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 4 }),
      fc.nat(80),
      (all, name, from) => {
        const entries = all.map((one): Entry => [itemKey('p', one), jsonValue('1')]);
        const lines = packedIn(entries, all.length)[0] as PackedLines;
        const start = Math.min(from, lines.count);
        const sorted = [...all].sort();
        const expected = sorted.findIndex((one, index) => index >= start && one >= name);
        expect(lines.firstNotBefore(name, start)).toBe(expected < 0 ? lines.count : expected);
      },
    ),
    { numRuns: 500 },
  );
});
