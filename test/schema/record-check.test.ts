import avro from 'avsc';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Records } from '../../src/core/records.ts';
import { splitRecords } from '../../src/core/records.ts';
import { parseSchema } from '../../src/schema/parse-schema.ts';
import type { RecordFlaw } from '../../src/schema/record-check.ts';
import { RecordCheck } from '../../src/schema/record-check.ts';
import { schemaAndAnyValue, schemaAndValue } from './any-schema.ts';

const TRIP = {
  type: 'record',
  name: 'trip',
  fields: [
    { name: 'id', type: 'long' },
    {
      name: 'stops',
      type: { type: 'array', items: { type: 'record', name: 'stop', fields: [{ name: 'x', type: 'int' }] } },
    },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
};

test('what avsc takes as a value of a schema is accepted', () => {
  fc.assert(
    fc.property(schemaAndAnyValue, ({ schema, value }) => {
      fc.pre(takenByAvsc(schema, value) && !hasWideText(value) && !hasLoneText(value));
      expect(flaw(schema, JSON.stringify(value))).toBeNull();
    }),
  );
});

test('what avsc refuses as a value of a schema is rejected, beside plain unions and integers that it cannot hold', () => {
  fc.assert(
    fc.property(schemaAndAnyValue, ({ schema, value }) => {
      fc.pre(!takenByAvsc(schema, value) && !JSON.stringify(schema).includes('[') && !hasUnsafeInteger(value));
      expect(flaw(schema, JSON.stringify(value))).toMatchObject({ by: 'schema' });
    }),
  );
});

test('values are accepted wherever white space is, and in any order of their members', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema, value }) => {
      const spaced = JSON.stringify(reversed(value), null, '\t').replaceAll('\n', ' ');
      expect(flaw(schema, ` ${spaced}\r`)).toBeNull();
    }),
  );
});

test('what is not JSON is rejected by encoding, whatever JSON.parse refuses', () => {
  const text = fc
    .array(fc.constantFrom(...'[]{}",:0123456789.eE+-tfn \\u00e9'.split(''), 'true', 'null', '"a"'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (line) => {
      fc.pre(line.trim() !== '');
      // A value of this type would have to be a string of two million bytes.
      expect(flaw(NEVER, line)?.by).toBe(isJson(line) ? 'schema' : 'encoding');
    }),
  );
});

test.each([
  ['int', '"x"', 'Int expected, not "x"'],
  ['int', '[]', 'Int expected, not []'],
  ['int', '2.0', 'Int expected, not 2.0: an integer is written without fraction and exponent'],
  ['int', '1e3', 'Int expected, not 1e3: an integer is written without fraction and exponent'],
  ['int', '2147483648', 'Int expected, not 2147483648: more than 32 bits'],
  ['long', '9223372036854775808', 'Long expected, not 9223372036854775808: more than 64 bits'],
  ['long', '-9223372036854775809', 'Long expected, not -9223372036854775809: more than 64 bits'],
  ['double', 'null', 'Double expected, not null'],
  [['null', 'int'], '"x"', 'Null or Int expected, not "x"'],
  [{ type: 'enum', name: 'suit', symbols: ['A', 'B'] }, '"C"', 'One of A, B expected, not "C"'],
  [{ type: 'fixed', name: 'f', size: 2 }, '"abc"', 'Fixed of 2 bytes expected, not "abc"'],
  ['bytes', '"\u0100"', 'Bytes expected, not "\u0100"'],
  [{ type: 'map', values: 'int' }, '{"a":1,"b":true}', "Field 'b': Int expected, not true"],
  [TRIP, '{"id":1}', "Field 'stops' missing for record 'trip'"],
  [TRIP, '7', "Record 'trip' expected, not 7"],
  [TRIP, '{"id":1,"stops":[{"x":1},{"x":"y"}]}', `Field 'stops[1].x': Int expected, not "y"`],
  [TRIP, '{"id":1,"stops":[{}]}', `Field 'stops[0]': Field 'x' missing for record 'stop'`],
  [TRIP, '{"id":1,"stops":[],"note":7}', "Field 'note': Null or String expected, not 7"],
  [['null', TRIP], '{"id":"one","stops":[]}', `Field 'id': Long expected, not "one"`],
])('the reason names field, type and value: %j, %s', (schema, text, reason) => {
  expect(flaw(schema, text)).toEqual({ by: 'schema', reason });
});

test.each([
  ['long', '9223372036854775807'],
  ['long', '-9223372036854775808'],
  ['int', '-2147483648'],
  ['double', '0.12345678901234567890123456789'],
  [['null', 'long'], '{"long":9007199254740993}'],
  [['null', 'long'], '9007199254740993'],
  [['null', { type: 'record', name: 'n.R', fields: [] }], '{"R":{}}'],
  [['null', { type: 'record', name: 'n.R', fields: [] }], '{"n.R":{}}'],
  [{ type: 'map', values: 'int' }, '{"int":1}'],
  [TRIP, '{"stops":[],"\\u0069d":1,"more":{"than":["needed"]}}'],
])('accepted: %j, %s', (schema, text) => {
  expect(flaw(schema, text)).toBeNull();
});

test('a value nested without end is rejected, also when its schema is recursive', () => {
  const list = {
    type: 'record',
    name: 'L',
    fields: [{ name: 'next', type: ['null', 'L'] }],
  };
  const nested = (depth: number): string => `${'{"next":'.repeat(depth)}null${'}'.repeat(depth)}`;
  expect(flaw(list, nested(100))).toBeNull();
  expect(flaw(list, nested(100_000))).toEqual({ by: 'encoding', reason: 'nested more than 512 levels deep' });
  expect(flaw('int', '['.repeat(100_000))).not.toBeNull();
});

test('records that do not fit are left out and told, in the order in which they came', () => {
  const told: [string, RecordFlaw, number][] = [];
  const check = new RecordCheck([parseSchema('int'), parseSchema('double')]);
  const accepted = check.accept(lines('1', '"x"', '2', '{', '\u00e9', '3'), (record, why, index) =>
    told.push([record.toString(), why, index]),
  );
  expect([...splitRecords(accepted)].map(String)).toEqual(['1', '2', '3']);
  expect(told).toEqual([
    ['"x"', { by: 'schema', reason: 'Int expected, not "x"' }, 1],
    ['{', { by: 'encoding', reason: expect.stringMatching(/^not valid JSON/) }, 3],
    ['\u00e9', { by: 'encoding', reason: expect.stringMatching(/^not valid JSON/) }, 4],
  ]);
});

test('records that all fit stay in the memory they came in', () => {
  const records = lines('1', '2');
  expect(new RecordCheck([parseSchema('int')]).accept(records, () => {})).toBe(records);
});

test('a record that is not UTF-8 is rejected by encoding, those beside it are not', () => {
  const records: Records = { form: 'json', count: 2, data: Buffer.from('"\xff"\n"a"\n', 'latin1'), lengths: null };
  const told: RecordFlaw[] = [];
  const accepted = new RecordCheck([parseSchema('string')]).accept(records, (_, why) => told.push(why));
  expect([...splitRecords(accepted)].map(String)).toEqual(['"a"']);
  expect(told).toEqual([{ by: 'encoding', reason: 'not valid UTF-8' }]);
});

test('texts and bytes are checked as the strings that they are', () => {
  const text = (form: 'text' | 'bytes'): Records => ({
    form,
    count: 2,
    data: Buffer.from('abcd'),
    lengths: Uint32Array.of(1, 3),
  });
  const kept = (form: 'text' | 'bytes', schema: unknown): number =>
    new RecordCheck([parseSchema(schema)]).accept(text(form), () => {}).count;
  expect(kept('text', 'string')).toBe(2);
  expect(kept('text', 'int')).toBe(0);
  expect(kept('bytes', { type: 'fixed', name: 'f', size: 3 })).toBe(1);
  expect(kept('text', { type: 'enum', name: 'e', symbols: ['a'] })).toBe(1);
});

const NEVER = { type: 'fixed', name: 'never', size: 2_000_000 };

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function flaw(schema: unknown, text: string): RecordFlaw | null {
  return new RecordCheck([parseSchema(schema)]).flawOf(Buffer.from(`${text}\n`));
}

function lines(...texts: string[]): Records {
  return {
    form: 'json',
    count: texts.length,
    data: Buffer.from(texts.map((text) => `${text}\n`).join('')),
    lengths: null,
  };
}

function takenByAvsc(schema: unknown, value: unknown): boolean {
  try {
    avro.Type.forSchema(schema as avro.Schema, { wrapUnions: 'always' }).fromString(JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** As bytes avsc takes any text, and drops what does not fit. */
function hasWideText(value: unknown): boolean {
  return /[^\0-\xff]/.test(JSON.stringify(value));
}

/** Where a symbol of an enum is due, avsc takes a list of that symbol, too. */
function hasLoneText(value: unknown): boolean {
  return /\["[a-z_]*"\]/.test(JSON.stringify(value));
}

function hasUnsafeInteger(value: unknown): boolean {
  return /\d{16,}/.test(JSON.stringify(value));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, reversed(member)])
      .reverse(),
  );
}
