import avro from 'avsc';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reject } from '../../../src/core/records.ts';
import { avroBinary } from '../../../src/streams/encodings/avro-binary.ts';
import type { OcfOptions } from '../../../src/streams/envelopes/ocf-block.ts';
import { createOcfBlock } from '../../../src/streams/envelopes/ocf-block.ts';
import { Framer } from '../../../src/streams/framer.ts';
import { anySchema } from '../../schema/any-schema.ts';
import { chunked, decode, encode } from '../encode-decode.ts';

const MARKER = Buffer.from('0123456789abcdef');

const stream = (schema: unknown, options: OcfOptions = {}) => ({
  encoding: avroBinary,
  envelope: createOcfBlock(options),
  schema,
});

/** Streams of Node, which avsc uses, cannot carry null. */
const schemaAndValues = anySchema
  .filter(({ schema }) => schema !== 'null' && !Array.isArray(schema))
  .chain(({ schema, value }) => fc.record({ schema: fc.constant(schema), values: fc.array(value, { maxLength: 8 }) }));
const cuts = fc.array(fc.nat(500), { maxLength: 12 });

test.each([
  ['plain', 'null'],
  ['deflated', 'deflate'],
] as const)('files of avsc are read, however the bytes come: %s', async (_, codec) => {
  await fc.assert(
    fc.asyncProperty(schemaAndValues, cuts, async ({ schema, values }, at) => {
      const data = await fileOfAvsc(schema, values, codec);
      const whole = decode([data], stream(schema));
      expect(whole).toMatchObject({ rejects: [] });
      expect(whole.all.length).toBe(values.length);
      expect(decode(chunked(data, at), stream(null))).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

test.each([false, true])('files are read by avsc, and come back as they were: deflated %s', async (isDeflated) => {
  await fc.assert(
    fc.asyncProperty(schemaAndValues, async ({ schema, values }) => {
      const texts = values.map((value) => JSON.stringify(value));
      const { bytes } = encode(texts, stream(schema, { isDeflated }));
      const type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: 'always' });
      expect((await readByAvsc(bytes)).map((value) => type.toString(value))).toEqual(
        values.map((value) => type.toString(type.fromString(JSON.stringify(value)))),
      );
      const { all } = decode([bytes], stream(null));
      expect(all.length).toBe(values.length);
    }),
    { numRuns: 50 },
  );
});

test('blocks without a header need the marker, and are found again behind a damaged one', () => {
  const options = { marker: MARKER, skipHeader: false };
  const blocks = ['1', '2', '3'].map((text) => encode([text], stream('int', options)).bytes);
  expect(blocks[0]!.toString('hex')).toBe(`020202${MARKER.toString('hex')}`);
  const damaged = Buffer.concat([blocks[0]!, Buffer.from('02ff', 'hex'), blocks[1]!, blocks[2]!]);
  for (const chunks of [[damaged], chunked(damaged, [1, 5, 20, 22, 30]), [...damaged].map((byte) => Buffer.of(byte))]) {
    expect(decode(chunks, stream('int', options))).toMatchObject({
      all: ['1', '3'],
      rejects: ['the block is damaged: it was passed over'],
    });
  }
});

test('a block that claims to be longer than the rest of the input takes no other with it', () => {
  const options = { marker: MARKER, skipHeader: false };
  const blocks = ['1', '2', '3'].map((text) => encode([text], stream('int', options)).bytes);
  const data = Buffer.concat([blocks[0]!, Buffer.from('02fe7f', 'hex'), blocks[1]!, blocks[2]!]);
  expect(decode([data], stream('int', options))).toMatchObject({
    all: ['1', '3'],
    rejects: ['the block is cut off at the end of the input'],
  });
});

test('reading may begin between blocks, or in the middle of one', () => {
  const blocks = ['1', '2', '3'].map(
    (text) => encode([text], stream('int', { marker: MARKER, skipHeader: false })).bytes,
  );
  const data = Buffer.concat(blocks);
  const width = blocks[0]!.length;
  expect(decode([data.subarray(width)], { ...stream('int'), start: width }).all).toEqual(['2', '3']);
  const inside = { ...stream('int', { marker: MARKER }), start: 1 };
  expect(decode([data.subarray(1)], inside)).toMatchObject({ all: ['2', '3'], rejects: [] });
});

test('what is next after a record is its block until the last one is through', () => {
  const { bytes } = encode(['1', '2', '3'], stream('int'));
  const { next } = decode([bytes], stream('int'));
  expect(next).toEqual([bytes.length - 21, bytes.length - 21, bytes.length]);
});

test('records are read with the schema of the header, which must match that of the stream', () => {
  const written = {
    type: 'record',
    name: 'A',
    fields: [
      { name: 'x', type: 'int' },
      { name: 'y', type: 'string' },
    ],
  };
  const { bytes } = encode(['{"x":1,"y":"a"}'], stream(written));
  const wider = { type: 'record', name: 'B', fields: [{ name: 'x', type: 'long' }] };
  expect(decode([bytes], stream(wider)).all).toEqual(['{"x":1,"y":"a"}']);
  expect(() => decode([bytes], stream('int'))).toThrow('the schema in the header does not match that of the stream');
});

test.each([
  ['another marker', { marker: Buffer.alloc(16) }, 'not the SyncMarker'],
  ['another codec', { isDeflated: true }, 'not deflated, unlike the descriptor'],
])('a header that contradicts the descriptor ends the stream: %s', (_, options, message) => {
  const { bytes } = encode(['1'], stream('int', { marker: MARKER }));
  expect(() => decode([bytes], stream('int', options))).toThrow(message);
});

test('a file that is no container ends the stream', () => {
  expect(() => decode([Buffer.from('{"x":1}')], stream('int'))).toThrow('there is no header of an Avro container');
});

test('a record that cannot be read takes the rest of its block with it', () => {
  const union = ['null', 'int'];
  const good = encode(['7'], stream(union, { marker: MARKER, skipHeader: false })).bytes;
  const bad = Buffer.concat([
    Buffer.from('0608000c00', 'hex').subarray(0, 0),
    Buffer.from('0606000c00', 'hex'),
    MARKER,
  ]);
  const { all, rejects } = decode([good, bad, good], stream(union, { marker: MARKER, skipHeader: false }));
  expect(all).toEqual(['7', 'null', '7']);
  expect(rejects).toEqual([
    'the rest of the block cannot be read: an index of a union is beyond its types (2 records)',
  ]);
});

const TOTAL = 400;
const PER_BLOCK = 100;

/** A container with four blocks of a hundred numbers, and where each block begins. */
function container(isDeflated: boolean): { data: Buffer; starts: number[] } {
  const parts: Buffer[] = [];
  for (let from = 0; from < TOTAL; from += PER_BLOCK) {
    const texts = Array.from({ length: PER_BLOCK }, (_, i) => String(from + i));
    const { bytes } = encode(texts, stream('int', { isDeflated, marker: MARKER }));
    const block = encode(texts, stream('int', { isDeflated, marker: MARKER, skipHeader: false })).bytes;
    if (from === 0) parts.push(bytes.subarray(0, bytes.length - block.length));
    parts.push(block);
  }
  const ends = parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
  return { data: Buffer.concat(parts), starts: ends };
}

/** What is read, how many records were left out, and the number of the record that each reject begins with. */
function count(chunks: readonly Buffer[]): { all: string[]; left: number; numbers: (number | null)[] } {
  const rejects: Reject[] = [];
  const { encoding, envelope } = stream(null);
  const onReject = (reject: Reject): void => void rejects.push(reject);
  const framer = new Framer(
    { slot: 0, encoding, envelope, schema: null, endMarker: null, recordLimit: 1_000_000, onReject },
    0,
  );
  const framed = [...chunks.flatMap((chunk) => framer.add([chunk])), ...framer.end()];
  const all = framed.flatMap((item) =>
    item.kind === 'run'
      ? item.run.data.toString('utf8', item.run.bounds[0], item.run.bounds[item.run.count]).trimEnd().split('\n')
      : [],
  );
  const left = rejects.reduce((sum, { records = 1 }) => sum + records, 0);
  return { all, left, numbers: rejects.map(({ seqno }) => seqno) };
}

const numbersWithout = (from: number, to: number): string[] =>
  Array.from({ length: TOTAL }, (_, i) => i)
    .filter((n) => n < from || n >= to)
    .map(String);

test.each([
  ['what a deflated block holds', true, 8],
  ['how many bytes a block has', false, 2],
])('a damaged block counts the records that it held: %s', (_, isDeflated, at) => {
  const { data, starts } = container(isDeflated);
  const damaged = Buffer.from(data);
  damaged.writeUInt8(damaged[starts[1]! + at]! ^ 0x15, starts[1]! + at);
  const found = count([damaged]);
  expect(found.all).toEqual(numbersWithout(100, 200));
  expect(found.left).toBe(100);
  expect(found.numbers).toEqual([101]);
});

test.each([0, 1, 2, 3])('where the marker of block %i alone is damaged, nothing is lost', (block) => {
  for (const isDeflated of [false, true]) {
    const { data, starts } = container(isDeflated);
    const damaged = Buffer.from(data);
    const end = starts[block + 1]!;
    damaged.fill(0x5a, end - 3, end);
    const bytes = Array.from(damaged, (byte) => Buffer.of(byte));
    for (const chunks of [[damaged], bytes])
      expect(count(chunks)).toEqual({ all: numbersWithout(0, 0), left: 0, numbers: [] });
  }
});

test('a block that is cut off counts the records that it held', () => {
  const { data, starts } = container(true);
  expect(count([data.subarray(0, starts[3]! + 20)])).toMatchObject({ all: numbersWithout(300, 400), left: 100 });
});

test('a byte that is damaged anywhere costs two blocks at most, and no record is lost without a count within one', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      cuts,
      (isDeflated, where, flip, at) => {
        const { data, starts } = container(isDeflated);
        const place = starts[0]! + Math.floor(where * (data.length - starts[0]! - 1));
        const damaged = Buffer.from(data);
        damaged.writeUInt8(damaged[place]! ^ flip, place);
        const found = count([damaged]);
        expect(count(chunked(damaged, at))).toEqual(found);
        const block = starts.findIndex((start) => start > place) - 1;
        const begins = starts[block]!;
        expect(found.all.length).toBeGreaterThanOrEqual(TOTAL - 2 * PER_BLOCK);
        // Behind the count and the size.
        if (place >= begins + 4) expect(found.all.length + found.left).toBeGreaterThanOrEqual(TOTAL);
      },
    ),
    { numRuns: 300 },
  );
});

test('a block that claims more than it has is rejected', () => {
  const options = { marker: MARKER, skipHeader: false };
  const claim = Buffer.concat([Buffer.from('feffffffff7f00', 'hex'), MARKER]);
  expect(decode([claim], stream('int', options)).rejects).toEqual([
    'the rest of the block cannot be read: it claims more records than it has bytes',
  ]);
});

test('control records in a block are found', () => {
  const options = { marker: MARKER, skipHeader: false };
  const block = (records: Buffer[]): Buffer =>
    createOcfBlock(options)
      .createJoiner({ encoder: { encode: (all) => all, header: () => Buffer.from('"int"') }, label: '' })
      .wrap({
        form: 'bytes',
        count: records.length,
        data: Buffer.concat(records),
        lengths: Uint32Array.from(records, ({ length }) => length),
      });
  const data = block([Buffer.of(2), avroBinary.control.write({ kind: 'set' }), Buffer.of(4)]);
  expect(decode([data], stream('int', options)).all).toEqual(['1', { kind: 'set' }, '2']);
});

function fileOfAvsc(schema: unknown, values: readonly unknown[], codec: 'null' | 'deflate'): Promise<Buffer> {
  const type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: 'always' });
  const encoder = new avro.streams.BlockEncoder(type, { codec, blockSize: 20 });
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    encoder.on('data', (part: Buffer) => parts.push(part));
    encoder.on('error', reject);
    encoder.on('end', () => resolve(Buffer.concat(parts)));
    for (const value of values) encoder.write(type.fromString(JSON.stringify(value)));
    encoder.end();
  });
}

function readByAvsc(data: Buffer): Promise<unknown[]> {
  const decoder = new avro.streams.BlockDecoder({
    parseHook: (schema) => avro.Type.forSchema(schema, { wrapUnions: 'always' }),
  });
  const values: unknown[] = [];
  return new Promise((resolve, reject) => {
    decoder.on('data', (value) => values.push(value));
    decoder.on('error', reject);
    decoder.on('end', () => resolve(values));
    decoder.end(data);
  });
}
