import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitArrays } from '../../src/schema/fit-arrays.ts';
import { parseSchema } from '../../src/schema/parse-schema.ts';
import type { SchemaType } from '../../src/schema/schema-type.ts';
import { schemaAndValue } from './any-schema.ts';

const fitted = (schema: unknown, text: string): string | null =>
  fitArrays(parseSchema(schema), Buffer.from(`${text}\n`), 0);

const STRINGS = { type: 'array', items: 'string' };
const record = (...fields: [string, unknown][]) => ({
  type: 'record',
  name: 'r',
  fields: fields.map(([name, type]) => ({ name, type })),
});

test.each([
  ['an array of one', STRINGS, '"x"', '["x"]'],
  ['arrays in arrays', { type: 'array', items: STRINGS }, '"x"', '[["x"]]'],
  ['arrays of one in an array', { type: 'array', items: STRINGS }, '["x","y"]', '[["x"],["y"]]'],
  ['a field', record(['tags', STRINGS], ['n', 'int']), '{"tags":"x","n":1}', '{"tags":["x"],"n":1}'],
  ['a field beside unknown ones', record(['a', STRINGS]), '{"b":[1],"a":"x"}', '{"b":[1],"a":["x"]}'],
  ['the values of a map', { type: 'map', values: STRINGS }, '{"a":"x","b":["y","z"]}', '{"a":["x"],"b":["y","z"]}'],
  ['a branch', ['null', STRINGS], '"x"', '["x"]'],
  ['a tagged branch', ['null', STRINGS], '{"array":"x"}', '{"array":["x"]}'],
  ['records in an array', { type: 'array', items: record(['a', STRINGS]) }, '[{"a":"x"}]', '[{"a":["x"]}]'],
  ['a scalar', 'double', '[1.5]', '1.5'],
  ['a scalar in a field', record(['a', 'int'], ['b', 'string']), '{"a":[1],"b":["x"]}', '{"a":1,"b":"x"}'],
  ['a scalar of a branch', ['null', 'string'], '["x"]', '"x"'],
  ['a number of many digits', { type: 'array', items: 'long' }, '9007199254740993', '[9007199254740993]'],
])('%s is written as the schema wants it', (_, schema, text, expected) => {
  expect(fitted(schema, text)).toBe(expected);
});

test.each([
  ['null', STRINGS, 'null'],
  ['an object', { type: 'array', items: record(['a', 'int']) }, '{"a":1}'],
  ['several elements', 'int', '[1,2]'],
  ['no element', 'int', '[]'],
  ['an array in an array', 'int', '[[1]]'],
  ['an element of another type', STRINGS, '1'],
  ['a record that lacks a field', record(['a', STRINGS], ['b', 'int']), '{"a":"x"}'],
])('%s is still not what the schema wants', (_, schema, text) => {
  expect(fitted(schema, text)).toBeNull();
});

test('what fits stays as it is, and what has lost its arrays of one gets them back', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema, value }) => {
      const text = JSON.stringify(value);
      expect(fitted(schema, text)).toBe(text);
      const type = parseSchema(schema);
      fc.pre(!hasUnion(type));
      expect(fitted(schema, JSON.stringify(withoutLoneArrays(value)))).toBe(text);
    }),
  );
});

/** As R would write it: scalars in place of arrays of one scalar. */
function withoutLoneArrays(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutLoneArrays);
    return items.length === 1 && typeof items[0] !== 'object' ? items[0] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutLoneArrays(item)]));
}

function hasUnion(type: SchemaType, seen = new Set<SchemaType>()): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  if (type.kind === 'union') return true;
  if (type.kind === 'array') return hasUnion(type.items, seen);
  if (type.kind === 'map') return hasUnion(type.values, seen);
  return type.kind === 'record' && type.fields.some((field) => hasUnion(field.type, seen));
}
