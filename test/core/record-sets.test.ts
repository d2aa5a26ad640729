import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyRecords, splitSets } from '../../src/core/record-sets.ts';
import type { Records } from '../../src/core/records.ts';
import { splitRecords } from '../../src/core/records.ts';

const sets = fc.array(fc.array(fc.string()));

const textsOf = (records: Records): string[] => [...splitRecords(records)].map((record) => record.toString('utf8'));

test('records part into sets of the sizes told, whatever their form', () => {
  fc.assert(
    fc.property(sets, fc.constantFrom('json', 'text'), (written, form) => {
      const wanted = written.map((set) => set.map((text) => (form === 'json' ? JSON.stringify(text) : text)));
      const all = wanted.flat();
      const records: Records =
        form === 'json'
          ? { form, count: all.length, data: Buffer.from(all.map((text) => `${text}\n`).join('')), lengths: null }
          : {
              form: 'text',
              count: all.length,
              data: Buffer.from(all.join('')),
              lengths: Uint32Array.from(all, (text) => Buffer.byteLength(text)),
            };
      const sizes = wanted.map((set) => set.length);
      const parts = [...splitSets(records, sizes)];
      expect(parts.map(({ count }) => count)).toEqual(sizes);
      expect(parts.map(textsOf)).toEqual(wanted.map((set) => set.map((text) => Buffer.from(text).toString('utf8'))));
    }),
  );
});

test('no records are none in every form', () => {
  expect(textsOf(emptyRecords('json'))).toEqual([]);
  expect(textsOf(emptyRecords('bytes'))).toEqual([]);
});
