import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachRecord, joinRecords, splitRecords } from '../../src/core/records.ts';

const texts = (records: Parameters<typeof splitRecords>[0]) => [...splitRecords(records)].map(String);

test('JSON records are split at newlines', () => {
  const data = Buffer.from('{"a":1}\n2\n');
  expect(texts({ form: 'json', count: 2, data, lengths: null })).toEqual(['{"a":1}', '2']);
  expect(texts({ form: 'json', count: 0, data: Buffer.alloc(0), lengths: null })).toEqual([]);
});

test('JSON records without the last newline are refused, not walked for ever', () => {
  const records = { form: 'json', count: 2, data: Buffer.from('1\n2'), lengths: null } as const;
  expect(() => texts(records)).toThrow(new RangeError('The last JSON text has no newline'));
});

test('text and bytes are split by length, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5 })), (parts) => {
      const data = Buffer.concat(parts);
      const lengths = Uint32Array.from(parts, (part) => part.length);
      const split = [...splitRecords({ form: 'bytes', count: parts.length, data, lengths })];
      expect(split).toEqual(parts.map((part) => Buffer.from(part)));
    }),
  );
});

test('records share the memory of their buffer', () => {
  const data = Buffer.from('ab');
  const [first] = splitRecords({ form: 'text', count: 2, data, lengths: Uint32Array.of(1, 1) });
  data[0] = 0x78;
  expect(String(first)).toBe('x');
});

test('records that are taken apart and joined again are the same', () => {
  const parts = fc.array(fc.constantFrom('1', '{"a":2}', '""', 'x y'), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(parts, fc.constantFrom('json', 'text'), (contents, form) => {
      const data = Buffer.from(contents.map((content) => (form === 'json' ? `${content}\n` : content)).join(''));
      const lengths = form === 'json' ? null : Uint32Array.from(contents, (content) => content.length);
      const records = { form, count: contents.length, data, lengths } as const;
      const singles = [...eachRecord(records)];
      expect(singles.map(({ count }) => count)).toEqual(contents.map(() => 1));
      expect(singles.flatMap(texts)).toEqual(contents);
      expect(joinRecords(singles)).toEqual(records);
    }),
  );
});
