import { expect, test } from 'vitest';
import { parseSchema, schemaFlaw } from '../../src/schema/parse-schema.ts';

test.each([
  ['flaot', 'Type "flaot" is undefined'],
  [{ type: 'recrd' }, 'Type "recrd" is undefined'],
  [{ type: 'record', name: 'R', fields: [{ name: 'x', type: 'foobar' }] }, 'Type "foobar" is undefined'],
  [{ type: 'array' }, 'Not an Avro schema: missing array items: {"type":"array"}'],
  [
    { type: 'record', name: 'R', fields: [{ name: 'x', type: 'int', default: 'z' }] },
    'Not an Avro schema: incompatible field default "z" (invalid "int": "z")',
  ],
])('%j is not a schema', (json, flaw) => {
  expect(schemaFlaw(json)).toBe(flaw);
});

test('a recursive schema refers to itself', () => {
  const type = parseSchema({ type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] });
  const next = (type as Extract<typeof type, { kind: 'record' }>).fields[0]!.type;
  expect((next as Extract<typeof type, { kind: 'union' }>).branches[1]).toBe(type);
});

test('attributes that Avro does not know are left alone', () => {
  expect(parseSchema({ type: 'long', logicalType: 'timestamp-millis', unit: 'ms' })).toEqual({ kind: 'long' });
});
