import { expect, test } from 'vitest';
import { unknownAttributes, warningOfUnknownAttributes } from '../../src/schema/unknown-attributes.ts';

test('what Avro knows of types and fields is not unknown', () => {
  const schema = {
    type: 'record',
    name: 'R',
    namespace: 'n',
    doc: 'd',
    aliases: ['S'],
    fields: [
      { name: 'a', type: { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, order: 'ignore', doc: 'd' },
      { name: 'b', type: ['null', { type: 'enum', name: 'E', symbols: ['x'], default: 'x' }], default: null },
      { name: 'c', type: { type: 'map', values: { type: 'fixed', name: 'F', size: 2 } }, aliases: ['d'] },
    ],
  };
  expect(unknownAttributes(schema)).toEqual([]);
  expect(warningOfUnknownAttributes(schema)).toBeNull();
  expect(warningOfUnknownAttributes('int')).toBeNull();
});

test('all else is told once, wherever it stands', () => {
  const limited = { type: 'int', maximum: 5 };
  const schema = {
    type: 'record',
    name: 'R',
    restriction: 'a < b',
    fields: [
      { name: 'a', type: limited, minimum: 1 },
      { name: 'b', type: ['null', { type: 'array', items: { type: 'map', values: { ...limited, unit: 'ms' } } }] },
    ],
  };
  expect(unknownAttributes(schema)).toEqual(['restriction', 'minimum', 'maximum', 'unit']);
  expect(warningOfUnknownAttributes(schema)).toBe(
    "has what Avro does not know, and is checked without it: 'restriction', 'minimum', 'maximum', 'unit'",
  );
});
