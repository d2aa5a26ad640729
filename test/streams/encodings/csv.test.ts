import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { typedSchema } from '../../../src/schema/typed-schema.ts';
import { createCsv } from '../../../src/streams/encodings/csv.ts';
import { createDelimited } from '../../../src/streams/envelopes/delimited.ts';
import { createDelimitedCsv } from '../../../src/streams/envelopes/delimited-csv.ts';
import { Framer } from '../../../src/streams/framer.ts';
import type { Stream } from '../encode-decode.ts';
import { chunked, decode, encode } from '../encode-decode.ts';

const record = (fields: Record<string, unknown>) => ({
  type: 'record',
  name: 'row',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
const TEXTS = record({ a: 'string', b: 'string', c: 'string' });

const withHeader: Stream = { encoding: createCsv(), envelope: createDelimitedCsv(), schema: TEXTS };
const untyped: Stream = { ...withHeader, schema: null };
const bare = (schema: unknown): Stream => ({
  encoding: createCsv(),
  envelope: createDelimitedCsv({ separator: '\n', skipHeader: false }),
  schema,
});

const cell = fc
  .array(fc.constantFrom('a', '"', '""', ',', '\n', '\r\n', ' ', 'é', '7', '$', '::'), { maxLength: 6 })
  .map((parts) => parts.join(''));
const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 });
const cuts = fc.array(fc.nat(200), { maxLength: 12 });
const dialects: [string, { quote?: string; delimiter?: string; separator?: string }][] = [
  ['as usual', {}],
  ['newlines', { separator: '\n' }],
  ['semicolons', { delimiter: ';', separator: '\n' }],
  ['a delimiter of several characters', { delimiter: '::', separator: '\r\n' }],
  ['another quote', { quote: "'", delimiter: '\t', separator: '\n' }],
  ['rows between bars', { separator: '|\n' }],
];

test.each(dialects)('what csv-stringify has written is read, however the bytes come: %s', (_, dialect) => {
  const { quote = '"', delimiter = ',', separator = '\r\n' } = dialect;
  const stream: Stream = {
    encoding: createCsv(dialect),
    envelope: createDelimitedCsv({ separator: dialect.separator, skipBlankLines: false }),
    schema: TEXTS,
  };
  fc.assert(
    fc.property(rows, cuts, (all, at) => {
      const data = Buffer.from(
        stringify(all, {
          header: true,
          columns: ['a', 'b', 'c'],
          quote,
          escape: quote,
          delimiter,
          record_delimiter: separator,
          quoted: true,
        }),
      );
      const whole = decode([data], stream);
      expect(whole).toMatchObject({ rejects: [], all: all.map(([a, b, c]) => JSON.stringify({ a, b, c })) });
      expect(decode(chunked(data, at), stream)).toEqual(whole);
    }),
  );
});

test.each(['\r', '\n', '\r\n'])('without a Separator rows may end with %j, which the first one tells', (ending) => {
  const stream: Stream = { ...withHeader, envelope: createDelimitedCsv({ skipBlankLines: false }) };
  const text = fc
    .array(fc.constantFrom('a', '"', ',', '\n', '\r', '\r\n', ' ', 'é'), { maxLength: 6 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 6 }), cuts, (all, at) => {
      const columns = ['a', 'b', 'c'];
      const data = Buffer.from(stringify(all, { header: true, columns, record_delimiter: ending, quoted: true }));
      const whole = decode([data], stream);
      expect(whole).toMatchObject({ rejects: [], all: all.map(([a, b, c]) => JSON.stringify({ a, b, c })) });
      expect(decode(chunked(data, at), stream)).toEqual(whole);
      expect(whole.next.at(-1)).toBe(all.length === 0 ? undefined : data.length);
    }),
  );
});

test.each([
  ['one row', 'a,b,c', []],
  ['no last end', 'a,b,c\r1,2,3\r4,5,6', ['1', '4']],
  ['blank rows', '\r\ra,b,c\r\r1,2,3\r\r', ['1']],
  ['quotes that open no cell', 'a,b,c\r1,2"3,"4\n5"\r6,7,8\r', ['1', '6']],
])('rows with returns alone: %s', (_, text, firsts) => {
  const whole = decode([Buffer.from(text)], withHeader);
  expect(whole.all.map((row) => (JSON.parse(row as string) as { a: string }).a)).toEqual(firsts);
  const bytes = Array.from(Buffer.from(text), (byte) => Buffer.of(byte));
  expect(decode(bytes, withHeader)).toEqual(whole);
});

test('a row with a return alone is read from the middle of the input, too', () => {
  const data = Buffer.from('a,b,c\r1,2,3\r4,5,6\r');
  const { next } = decode([data], withHeader);
  expect(decode([data.subarray(next[0])], { ...withHeader, start: next[0]! }).all).toEqual([
    '{"a":"4","b":"5","c":"6"}',
  ]);
});

test('a first row is there as soon as its newline is', () => {
  const schema = record({ a: 'string' });
  const stream = { ...withHeader, schema, envelope: createDelimitedCsv({ skipHeader: false }) };
  const framer = new Framer(
    {
      slot: 0,
      encoding: stream.encoding,
      envelope: stream.envelope,
      schema: typedSchema(schema),
      endMarker: null,
      recordLimit: 100,
      onReject: () => {},
    },
    0,
  );
  expect(framer.add([Buffer.from('1\n')])).toHaveLength(1);
  expect(framer.add([Buffer.from('2\n')])).toHaveLength(1);
});

test.each(['\n', '\r'])('a first row that is too long is rejected, however the bytes come: %j', (ending) => {
  const data = Buffer.from(['x'.repeat(500), '1,2,3', '4,5,6', ''].join(ending));
  const stream = { ...withHeader, envelope: createDelimitedCsv({ skipHeader: false }), recordLimit: 100 };
  const whole = decode([data], stream);
  expect(whole.rejects).toEqual(['record is longer than 100 bytes']);
  expect(whole.all).toHaveLength(ending === '\n' ? 2 : 0);
  fc.assert(
    fc.property(fc.array(fc.nat(600), { maxLength: 12 }), (at) => {
      expect(decode(chunked(data, at), stream)).toEqual(whole);
    }),
  );
});

test.each(dialects)('what is written is read by csv-parse, and comes back as it was: %s', (_, dialect) => {
  const { quote = '"', delimiter = ',', separator = '\r\n' } = dialect;
  const stream: Stream = {
    encoding: createCsv(dialect),
    envelope: createDelimitedCsv({ separator: dialect.separator, skipBlankLines: false }),
    schema: TEXTS,
  };
  fc.assert(
    fc.property(rows, (all) => {
      const texts = all.map(([a, b, c]) => JSON.stringify({ c, a, b }));
      const { bytes } = encode(texts, stream);
      expect(parse(bytes, { quote, escape: quote, delimiter, record_delimiter: separator })).toEqual([
        ['a', 'b', 'c'],
        ...all,
      ]);
      expect(decode([bytes], stream).all).toEqual(all.map(([a, b, c]) => JSON.stringify({ a, b, c })));
    }),
  );
});

test('any bytes give the same records however they come, and can be read on from each', () => {
  const bytes = fc
    .array(fc.constantFrom('a', '"', ',', '\n', '\r\n', '"a"', '""', '$fastscore.set', '\n\n', '7'), { maxLength: 30 })
    .map((parts) => Buffer.from(parts.join('')));
  fc.assert(
    fc.property(bytes, cuts, fc.nat(8), (data, at, nth) => {
      const stream = bare(record({ a: 'string', b: 'string' }));
      const whole = decode([data], stream);
      expect(decode(chunked(data, at), stream)).toEqual(whole);
      if (nth >= whole.all.length) return;
      const start = whole.next[nth]!;
      expect(decode([data.subarray(start)], { ...stream, start }).all).toEqual(whole.all.slice(nth + 1));
    }),
  );
});

test('a file with a byte order mark, quotes, blank lines and either end of line is read', () => {
  const data = Buffer.from('\ufeffa,b,c\r\n1,"x, y","say ""hi"""\n\r\n\n2,"two\r\nlines",\r\n3,5" pipe,"" \n4,"",z');
  expect(decode([data], untyped)).toMatchObject({
    all: [
      '{"a":"1","b":"x, y","c":"say \\"hi\\""}',
      '{"a":"2","b":"two\\r\\nlines","c":""}',
      '{"a":"4","b":"","c":"z"}',
    ],
    rejects: ['text follows a closing quote'],
  });
});

test('cells are read as the types of their fields say', () => {
  const schema = record({
    i: 'int',
    l: 'long',
    d: 'double',
    b: 'boolean',
    n: ['null', 'int'],
    s: ['null', 'string'],
    e: { type: 'enum', name: 'E', symbols: ['on'] },
    v: { type: 'array', items: 'int' },
  });
  const data = Buffer.from(
    '7,9007199254740993,0.12345678901234567890,true,,,on,[1]\n007,-9223372036854775808,+.5,FALSE,5,"",on,"[1, 2]"\n',
  );
  expect(decode([data], bare(schema))).toMatchObject({
    rejects: [],
    all: [
      '{"i":7,"l":9007199254740993,"d":0.12345678901234567890,"b":true,"n":null,"s":null,"e":"on","v":[1]}',
      '{"i":7,"l":-9223372036854775808,"d":0.5,"b":false,"n":5,"s":"","e":"on","v":[1, 2]}',
    ],
  });
});

test('values of every type are written, and come back as they were', () => {
  const schema = record({ l: 'long', d: ['null', 'double'], s: ['null', 'string'], v: { type: 'map', values: 'int' } });
  const texts = [
    '{"l":9007199254740993,"d":2.50,"s":"","v":{"x":1}}',
    '{"l":-1,"d":null,"s":null,"v":{}}',
    '{"l":0,"d":1e5,"s":" é\\" ,","v":{}}',
  ];
  const { bytes } = encode(texts, bare(schema));
  expect(bytes.toString()).toBe('9007199254740993,2.50,"","{""x"":1}"\n-1,,,{}\n0,1e5," é"" ,",{}\n');
  expect(decode([bytes], bare(schema)).all.map((text) => JSON.parse(text as string))).toEqual(
    texts.map((text) => JSON.parse(text)),
  );
  expect(encode(['{"l":1,"d":{"double":2},"s":{"string":"x"},"v":{}}'], bare(schema)).bytes.toString()).toBe(
    '1,2,x,{}\n',
  );
});

test('a cell that is not of its type stays text, for the schema to refuse it', () => {
  expect(decode([Buffer.from('x,1.5\n')], bare(record({ a: 'int', b: 'int' }))).all).toEqual(['{"a":"x","b":"1.5"}']);
});

test('a row with too few or too many values is rejected, and one whose quote is not closed', () => {
  expect(decode([Buffer.from('1\n2,3\n4,5,6\n7,"8')], bare(record({ a: 'int', b: 'int' })))).toMatchObject({
    all: ['{"a":2,"b":3}'],
    rejects: ['the row has 1 values for 2 fields', 'the row has 3 values for 2 fields', 'a quote is not closed'],
  });
});

test('a row that is too long is rejected, whatever the chunks, and the next one is read', () => {
  const data = Buffer.from(`1,2\n${'x'.repeat(50)},"${'y\n'.repeat(20)}"\n3,4\n`);
  const stream = { ...bare(record({ a: 'string', b: 'string' })), recordLimit: 40 };
  for (const chunks of [[data], chunked(data, [1, 20, 30, 60, 61, 62]), [...data].map((byte) => Buffer.of(byte))]) {
    const { all, rejects } = decode(chunks, stream);
    expect(all.at(0)).toBe('{"a":"1","b":"2"}');
    expect(all.at(-1)).toBe('{"a":"3","b":"4"}');
    expect(rejects[0]).toBe('record is longer than 40 bytes');
  }
});

test('without quotes rows are cut at every separator by the envelope delimited', () => {
  const stream = { encoding: createCsv(), envelope: createDelimited('\n'), schema: record({ a: 'int', b: 'string' }) };
  expect(decode([Buffer.from('1,"x"\n2,y\n')], stream).all).toEqual(['{"a":1,"b":"x"}', '{"a":2,"b":"y"}']);
});

test('a header that is not that of the schema ends the stream', () => {
  expect(() => decode([Buffer.from('a,c,b\n1,2,3\n')], withHeader)).toThrow(
    'the header has the columns a, c, b, the schema has the fields a, b, c',
  );
  expect(() => decode([Buffer.from('a,b,a\n')], untyped)).toThrow("two columns have the name 'a'");
});

test('a stream without a schema cannot be read on from the middle', () => {
  expect(() => decode([Buffer.from('1,2,3\n')], { ...untyped, start: 10 })).toThrow(
    'there is neither a header nor a schema that names the columns',
  );
});

test('control records are rows that begin with their kind', () => {
  const { control } = createCsv();
  expect(control.write({ kind: 'set' }).toString()).toBe('$fastscore.set');
  expect(control.write({ kind: 'pig', id: 7, misc: 'a,b' }).toString()).toBe('$fastscore.pig,7,,"a,b"');
  const data = Buffer.from('1,2\n$fastscore.set\n"$fastscore.pig",7,,"a,b"\n$fastscore.nothing,1\n3,4\n');
  expect(decode([data], bare(record({ a: 'string', b: 'string' }))).all).toEqual([
    '{"a":"1","b":"2"}',
    { kind: 'set' },
    { kind: 'pig', id: 7, misc: 'a,b' },
    '{"a":"$fastscore.nothing","b":"1"}',
    '{"a":"3","b":"4"}',
  ]);
});
