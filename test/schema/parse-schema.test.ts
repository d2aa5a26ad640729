import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateFlaw } from '../../src/schema/locate-flaw.ts';
import { parseSchema, schemaFlaw } from '../../src/schema/parse-schema.ts';
import { schemaAndValue } from './any-schema.ts';

const record = (...fields: unknown[]) => ({ type: 'record', name: 'R', fields });

test.each<[unknown, string]>([
  ['flaot', 'Type "flaot" is undefined'],
  [{ type: 'recrd' }, 'Type "recrd" is undefined'],
  [record({ name: 'x', type: 'foobar' }), 'Field \'x\': Type "foobar" is undefined'],
  [{ type: 'array' }, "'items' is missing for array"],
  [{ type: 'map', values: 'x' }, 'Field \'.*\': Type "x" is undefined'],
  [12, 'a schema is a name, an object or an array, not 12'],
  [null, 'a schema is a name, an object or an array, not null'],
  [{}, "'type' is missing in {}"],
  [record({ name: 'a' }), "Field 'a': 'type' is missing"],
  [record('a'), 'a field is an object with name and type, not "a"'],
  [record({ type: 'int' }), 'the name of a field is letters, digits and _, and begins with no digit, not nothing'],
  [record({ name: 'a', type: 'int' }, { name: 'a', type: 'int' }), "Field 'a': is there twice"],
  [{ type: 'record', name: 'R', fields: { a: 'int' } }, '\'fields\' of a record is an array, not {"a":"int"}'],
  [{ ...record(), name: 'a b' }, 'the name of a record is letters, digits and _, and begins with no digit, not "a b"'],
  [
    record({ name: 'n', type: { ...record({ name: 'deep', type: { type: 'array', items: 'nope' } }), name: 'M' } }),
    'Field \'n.deep[]\': Type "nope" is undefined',
  ],
  [
    record({ name: 'n', type: { ...record({ name: 'm', type: record() }), name: 'M' } }),
    'Field \'n.m\': Type "R" is defined twice',
  ],
  [record({ name: 'u', type: ['int', ['null']] }), "Field 'u': a union directly within a union"],
  [['int', { type: 'int' }], 'a union has "int" twice'],
  [
    record({ name: 'e', type: { type: 'enum', name: 'E', symbols: ['a', 'a'] } }),
    'Field \'e\': an enum has the symbol "a" twice',
  ],
  [
    { type: 'enum', name: 'E', symbols: ['1'] },
    'a symbol of an enum is letters, digits and _, and begins with no digit, not "1"',
  ],
  [{ type: 'enum', name: 'E' }, "'symbols' of an enum is an array, not nothing"],
  [{ type: 'fixed', name: 'F', size: -1 }, "'size' of a fixed is a number from 1 on, not -1"],
  [
    record({ name: 'x', type: 'int', default: 'z' }),
    'Not an Avro schema: incompatible field default "z" (invalid "int": "z")',
  ],
])('%j is not a schema', (json, flaw) => {
  expect(schemaFlaw(json)).toBe(flaw);
});

test('a schema that is nested too deeply is none', () => {
  expect(schemaFlaw(nested(100_000))).toMatch(/: nested more than 200 levels deep$/);
});

test('what avsc takes for a schema has no flaw to be located', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema }) => {
      expect(locateFlaw(schema)).toBeNull();
    }),
  );
});

function nested(levels: number): unknown {
  let schema: unknown = 'int';
  for (let level = 0; level < levels; level++) schema = { type: 'array', items: schema };
  return schema;
}

test('a recursive schema refers to itself', () => {
  const type = parseSchema({ type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] });
  const next = (type as Extract<typeof type, { kind: 'record' }>).fields[0]!.type;
  expect((next as Extract<typeof type, { kind: 'union' }>).branches[1]).toBe(type);
});

test('attributes that Avro does not know are left alone', () => {
  expect(parseSchema({ type: 'long', logicalType: 'timestamp-millis', unit: 'ms' })).toEqual({ kind: 'long' });
});
