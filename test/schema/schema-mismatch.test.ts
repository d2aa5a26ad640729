import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSchema } from '../../src/schema/parse-schema.ts';
import { schemaMismatch } from '../../src/schema/schema-mismatch.ts';
import { anySchema } from './any-schema.ts';

const record = (name: string, fields: Record<string, unknown>): unknown => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});

test('every schema reads what it has written', () => {
  fc.assert(
    fc.property(anySchema, ({ schema }) => {
      expect(mismatch(schema, schema)).toBeNull();
    }),
  );
});

test.each([
  ['int', 'long'],
  ['int', 'double'],
  ['long', 'float'],
  ['float', 'double'],
  ['string', 'bytes'],
  ['bytes', 'string'],
  ['int', ['null', 'int']],
  ['int', ['null', 'double']],
  [
    ['null', 'int'],
    ['string', 'null', 'long'],
  ],
  [record('A', { x: 'int', y: 'int' }), record('other.B', { y: 'long', x: 'int' })],
  [record('A', { x: 'int', y: 'int' }), record('B', { x: 'int' })],
  [record('A', {}), { type: 'record', name: 'B', fields: [{ name: 'x', type: 'int', default: 7 }] }],
  [record('A', { old: 'int' }), { type: 'record', name: 'B', fields: [{ name: 'x', aliases: ['old'], type: 'int' }] }],
  [
    { type: 'enum', name: 'E', symbols: ['a'] },
    { type: 'enum', name: 'F', symbols: ['b', 'a'] },
  ],
  [record('L', { next: ['null', 'L'] }), record('M', { next: ['null', 'M'] })],
])('%j is read as %j', (writer, reader) => {
  expect(mismatch(writer, reader)).toBeNull();
});

test.each([
  ['long', 'int', 'Long cannot be read as Int'],
  ['double', 'float', 'Double cannot be read as Float'],
  ['int', 'string', 'Int cannot be read as String'],
  [['null', 'int'], 'int', 'Null cannot be read as Int'],
  [record('A', { x: 'string' }), record('B', { x: 'int' }), "field 'x' String cannot be read as Int"],
  [record('A', {}), record('B', { x: 'int' }), "field 'x' is missing"],
  [
    { type: 'array', items: record('A', { x: 'long' }) },
    { type: 'array', items: record('B', { x: 'int' }) },
    "field '[].x' Long cannot be read as Int",
  ],
  [
    { type: 'enum', name: 'E', symbols: ['a', 'c'] },
    { type: 'enum', name: 'F', symbols: ['b', 'a'] },
    'One of a, c cannot be read as One of b, a',
  ],
  [
    { type: 'fixed', name: 'F', size: 2 },
    { type: 'fixed', name: 'F', size: 3 },
    'Fixed of 2 bytes cannot be read as Fixed of 3 bytes',
  ],
  [
    record('L', { x: 'long', next: ['null', 'L'] }),
    record('M', { x: 'int', next: ['null', 'M'] }),
    "field 'x' Long cannot be read as Int",
  ],
])('%j is not read as %j', (writer, reader, reason) => {
  expect(mismatch(writer, reader)).toBe(reason);
});

function mismatch(writer: unknown, reader: unknown): string | null {
  return schemaMismatch(parseSchema(writer), parseSchema(reader));
}
