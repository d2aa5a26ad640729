import avro from 'avsc';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { avroBinary } from '../../../src/streams/encodings/avro-binary.ts';
import { createFixed } from '../../../src/streams/envelopes/fixed.ts';
import { selfDelimited } from '../../../src/streams/envelopes/self-delimited.ts';
import { anySchema, schemaAndValue } from '../../schema/any-schema.ts';
import { chunked, decode, encode } from '../encode-decode.ts';

const single = (schema: unknown) => ({ encoding: avroBinary, envelope: null, schema });
const stream = (schema: unknown) => ({ encoding: avroBinary, envelope: selfDelimited, schema });
const reference = (schema: unknown) => avro.Type.forSchema(schema as avro.Schema, { wrapUnions: 'always' });

const cuts = fc.array(fc.nat(300), { maxLength: 12 });

test('what avsc has written is read, written again the same, and read by avsc', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema, value }) => {
      const type = reference(schema);
      const written = type.toBuffer(type.fromString(JSON.stringify(value)));
      const { all, rejects } = decode([written], single(schema));
      expect(rejects).toEqual([]);
      const { records } = encode(all as string[], single(schema));
      const again = decode(records, single(schema));
      expect(again.all).toEqual(all);
      expect(JSON.parse(all[0] as string)).toEqual(
        untagged(schema, JSON.parse(type.toString(type.fromBuffer(written)))),
      );
    }),
  );
});

test('tagged values are written as avsc writes them', () => {
  fc.assert(
    fc.property(schemaAndValue, ({ schema, value }) => {
      const type = reference(schema);
      const text = JSON.stringify(value);
      const { records } = encode([text], single(schema));
      expect(records[0]).toEqual(type.toBuffer(type.fromString(text)));
    }),
  );
});

test('records that follow each other are the same however the bytes come, and can be read on from each', () => {
  const schemaAndValues = anySchema.chain(({ schema, value }) =>
    fc.record({ schema: fc.constant(schema), values: fc.array(value, { maxLength: 5 }) }),
  );
  fc.assert(
    fc.property(schemaAndValues, cuts, fc.nat(4), ({ schema, values }, at, nth) => {
      const type = reference(schema);
      const records = values.map((value) => type.toBuffer(type.fromString(JSON.stringify(value))));
      fc.pre(records.every((record) => record.length > 0));
      const data = Buffer.concat(records);
      const whole = decode([data], stream(schema));
      expect(whole.all.length).toBe(values.length);
      expect(decode(chunked(data, at), stream(schema))).toEqual(whole);
      if (nth >= values.length) return;
      const start = whole.next[nth]!;
      expect(decode([data.subarray(start)], { ...stream(schema), start }).all).toEqual(whole.all.slice(nth + 1));
    }),
  );
});

test.each([
  [{ type: 'array', items: 'int' }, '080204060800', '[1,2,3,4]'],
  [{ type: 'array', items: 'int' }, '0304020400', '[1,2]'],
  ['long', 'ffffffffffffffffff01', '-9223372036854775808'],
  ['long', 'feffffffffffffffff01', '9223372036854775807'],
  ['double', '0000000000000040', '2.0'],
  ['bytes', '04ff41', '"\u00ffA"'],
  [['null', 'int'], '020e', '7'],
  [['null', 'int'], '00', 'null'],
])('%j: %s is %s', (schema, hex, text) => {
  expect(decode([Buffer.from(hex, 'hex')], single(schema))).toMatchObject({ all: [text], rejects: [] });
});

test.each(['9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993', '140737488355328'])(
  'long %s keeps every digit',
  (text) => {
    const { records } = encode([text], single('long'));
    expect(decode(records, single('long')).all).toEqual([text]);
  },
);

test('a field that is missing gets its default, members may come in any order', () => {
  const schema = {
    type: 'record',
    name: 'r',
    fields: [
      { name: 'a', type: 'int' },
      { name: 'b', type: ['null', 'string'], default: null },
      { name: 'c', type: 'long', default: 7 },
    ],
  };
  const { records } = encode(['{"c":1,"a":2}', '{"a":3,"b":"x"}'], single(schema));
  expect(decode(records, single(schema)).all).toEqual(['{"a":2,"b":null,"c":1}', '{"a":3,"b":"x","c":7}']);
});

test('a recursive schema is read and written', () => {
  const schema = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] };
  const text = '{"next":{"next":{"next":null}}}';
  const { bytes } = encode([text, text], stream(schema));
  expect(decode(chunked(bytes, [1, 2, 3]), stream(schema)).all).toEqual([text, text]);
});

test.each([
  ['int', '', 'the Avro datum is cut off'],
  ['int', '0202', '1 bytes follow the Avro datum'],
  ['int', 'ffffffffffffffffffff01', 'an integer has more than 64 bits'],
  ['string', '02ff', 'not valid UTF-8'],
  ['string', '01', 'a length is negative'],
  ['boolean', '02', 'a boolean is neither 0 nor 1'],
  [['null', 'int'], '0402', 'an index of a union is beyond its types'],
  [{ type: 'enum', name: 'E', symbols: ['A'] }, '02', 'an index of an enum is beyond its symbols'],
  ['double', '000000000000f87f', 'NaN has no counterpart in JSON'],
])('%j: the record %s is rejected, those beside it are not', (schema, hex, reason) => {
  const good = encode([schema === 'string' ? '"a"' : GOOD[JSON.stringify(schema)]!], single(schema)).records[0]!;
  const { all, rejects } = decode([good, Buffer.from(hex, 'hex'), good], single(schema));
  expect(all.length).toBe(2);
  expect(rejects).toEqual([reason]);
});

const GOOD: Readonly<Record<string, string>> = {
  '"int"': '1',
  '"boolean"': 'true',
  '["null","int"]': 'null',
  '{"type":"enum","name":"E","symbols":["A"]}': '"A"',
  '"double"': '1',
};

test('an output record that does not fit is rejected', () => {
  expect(encode(['1', '"x"', '2'], single('int'))).toMatchObject({ rejects: ['does not fit the schema'] });
});

test('a stream fails where the next record cannot be found', () => {
  const schema = ['null', 'int'];
  expect(() => decode([Buffer.from('00020e0400', 'hex')], stream(schema))).toThrow(
    'the record at byte 3 cannot be read (an index of a union is beyond its types), nor what follows it',
  );
  expect(() => decode([Buffer.from('ff', 'hex')], stream('null'))).toThrow('records of no size');
});

test('an array that claims any number of items of no size is rejected', () => {
  const items = { type: 'array', items: 'null' };
  const claim = Buffer.from('feffffffffff7f00', 'hex');
  expect(() => decode([claim], stream(items))).toThrow('too many items of no size');
});

test('records of fixed size are filled up with zero bytes', () => {
  const fixed = { ...single('string'), envelope: createFixed(4) };
  const { bytes } = encode(['"a"', '"abc"'], fixed);
  expect(bytes.toString('hex')).toBe('0261000006616263');
  expect(decode([bytes], fixed).all).toEqual(['"a"', '"abc"']);
});

test('control records are found in between, whatever the schema', () => {
  const set = Buffer.from('1c24666173747363 6f72652e736574000000'.replaceAll(' ', ''), 'hex');
  expect(avroBinary.control.write({ kind: 'set' })).toEqual(set);
  const pig = avroBinary.control.write({ kind: 'pig', id: 7, timestamp: 8, misc: 'x' });
  const data = Buffer.concat([Buffer.of(0x1c), set, Buffer.of(2), pig, Buffer.of(0x1c)]);
  const expected = ['14', { kind: 'set' }, '1', { kind: 'pig', id: 7, timestamp: 8, misc: 'x' }, '14'];
  expect(decode([data], stream('int')).all).toEqual(expected);
  expect(decode(chunked(data, [1, 2, 9, 20, 21]), stream('int')).all).toEqual(expected);
  expect(decode([set, Buffer.of(2)], single('int')).all).toEqual([{ kind: 'set' }, '1']);
});

const record = (name: string, fields: Record<string, unknown>): object => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) =>
    typeof type === 'object' && type !== null && 'default' in type ? { name: field, ...type } : { name: field, type },
  ),
});
const CLICK = record('Click', { v: 'int' });
const BUY = record('Buy', { v: 'int', w: 'string' });
const NESTED = [
  record('Near', { p: record('Flat', { x: 'int' }) }),
  record('Far', { p: record('Deep', { x: 'int', y: 'int' }) }),
];

test.each([
  ['the only one that has all members', [CLICK, BUY], '{"v":2,"w":"x"}', '{"v":2,"w":"x"}'],
  ['also in another order', [BUY, CLICK], '{"w":"x","v":2}', '{"v":2,"w":"x"}'],
  [
    'the one without more fields',
    [record('Buy', { v: 'int', w: { type: 'string', default: '?' } }), CLICK],
    '{"v":2}',
    '{"v":2}',
  ],
  [
    'one that fills in a field when no other fits',
    [record('Buy', { v: 'int', w: { type: 'string', default: '?' } }), record('Other', { u: 'int' })],
    '{"v":2}',
    '{"v":2,"w":"?"}',
  ],
  ['a map', [CLICK, { type: 'map', values: 'int' }], '{"v":2,"w":3}', '{"v":2,"w":3}'],
  [
    'a record rather than a map of other values',
    [{ type: 'map', values: 'int' }, BUY],
    '{"v":2,"w":"x"}',
    '{"v":2,"w":"x"}',
  ],
  ['by what lies deeper', NESTED, '{"p":{"x":1,"y":2}}', '{"p":{"x":1,"y":2}}'],
  ['in lists', { type: 'array', items: [CLICK, BUY] }, '[{"v":1},{"v":2,"w":"x"}]', '[{"v":1},{"v":2,"w":"x"}]'],
  [
    'in a list of a type',
    [record('One', { l: { type: 'array', items: CLICK } }), record('Two', { l: { type: 'array', items: BUY } })],
    '{"l":[{"v":1,"w":"a"}]}',
    '{"l":[{"v":1,"w":"a"}]}',
  ],
  ['beside null', ['null', CLICK, BUY], '{"v":2,"w":"x"}', '{"v":2,"w":"x"}'],
  ['a tag', [CLICK, BUY], '{"Click":{"v":2}}', '{"v":2}'],
  ['an only one, without what it does not know', ['null', CLICK], '{"v":2,"z":1}', '{"v":2}'],
])('of a union an object is written as the type that loses nothing: %s', (_, schema, text, expected) => {
  const { records, rejects } = encode([text], single(schema));
  expect(rejects).toEqual([]);
  expect(decode(records, single(schema)).all).toEqual([expected]);
});

test.each([
  ['a member that none has', [CLICK, BUY], '{"v":2,"z":9}'],
  ['members that no type has together', [BUY, record('Sell', { v: 'int', z: 'int' })], '{"v":2,"w":"x","z":9}'],
  ['a member deeper down', NESTED, '{"p":{"x":1,"z":2}}'],
])('an object that would lose something as any type of a union is rejected: %s', (_, schema, text) => {
  const { records, rejects } = encode([text], single(schema));
  expect(records).toEqual([]);
  expect(rejects).toEqual([
    expect.stringMatching(/^no type of the union has all members of the object: Record '.*' or Record '/),
  ]);
});

test('a union of records that hold themselves is written all the way down', () => {
  const schema = {
    ...record('Leaf', { v: 'int' }),
    name: 'Tree',
    fields: [
      { name: 'next', type: ['null', record('Leaf', { v: 'int' }), 'Tree'] },
      { name: 'w', type: ['Leaf', 'Tree', { type: 'map', values: 'int' }] },
    ],
  };
  const nested = (depth: number, leaf: string): string =>
    depth === 0 ? leaf : `{"next":${nested(depth - 1, leaf)},"w":{"v":1,"u":2}}`;
  const good = nested(8, '{"v":3}');
  const bad = nested(8, '{"v":3,"z":4}');
  const { records, rejects } = encode([good, bad], single(schema));
  expect(decode(records, single(schema)).all).toEqual([good]);
  expect(rejects).toEqual([expect.stringContaining('no type of the union has all members of the object')]);
});

/** A value with the tags of its unions taken away. */
function untagged(schema: unknown, value: unknown): unknown {
  if (Array.isArray(schema)) return value === null ? null : Object.values(value as object)[0];
  if (typeof schema !== 'object' || schema === null) return value;
  const type = schema as {
    type: string;
    items?: unknown;
    values?: unknown;
    fields?: { name: string; type: unknown }[];
  };
  if (type.type === 'array') return (value as unknown[]).map((item) => untagged(type.items, item));
  const members = value as Record<string, unknown>;
  if (type.type === 'map') {
    return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, untagged(type.values, member)]));
  }
  if (type.type !== 'record') return value;
  return Object.fromEntries(type.fields!.map((field) => [field.name, untagged(field.type, members[field.name])]));
}
