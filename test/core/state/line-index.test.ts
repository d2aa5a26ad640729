import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../../src/core/state/entry.ts';
import { itemKey } from '../../../src/core/state/key.ts';
import { LineIndex } from '../../../src/core/state/line-index.ts';
import type { PackedLines } from '../../../src/core/state/packed-lines.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { packedIn } from './packed-in.ts';

const plain = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '~'), maxLength: 4 });

test('every line is found by its name, and nothing by another one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(plain, { minLength: 1, maxLength: 60 }), fc.array(fc.string()), (names, others) => {
      const lines = packedIn(
        names.map((name): Entry => [itemKey('p', name), jsonValue('1')]),
        names.length,
      )[0] as PackedLines;
      const index = new LineIndex(lines);
      for (let line = 0; line < lines.count; line++) expect(index.find(lines.name(line))).toBe(line);
      for (const other of others) expect(index.find(other) >= 0).toBe(names.includes(other));
    }),
  );
});
