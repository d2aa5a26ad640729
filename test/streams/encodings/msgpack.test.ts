import { decode as referenceDecode, encode as referenceEncode } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reject } from '../../../src/core/records.ts';
import { msgpack } from '../../../src/streams/encodings/msgpack.ts';
import { createFixed } from '../../../src/streams/envelopes/fixed.ts';
import { selfDelimited } from '../../../src/streams/envelopes/self-delimited.ts';
import { Framer } from '../../../src/streams/framer.ts';
import { chunked, decode, encode } from '../encode-decode.ts';

const SINGLE = { encoding: msgpack, envelope: null, schema: null };
const STREAM = { encoding: msgpack, envelope: selfDelimited, schema: null };

/** Integers beyond 64 bits have no place in MessagePack, the key `__proto__` has none in the other library. */
const value = fc.jsonValue({ depthSize: 'medium' }).filter((one) => !/-?\d{19}|__proto__/.test(JSON.stringify(one)));
const cuts = fc.array(fc.nat(300), { maxLength: 12 });

test('what another library has written is read as the JSON that it is', () => {
  fc.assert(
    fc.property(value, (one) => {
      const { all } = decode([Buffer.from(referenceEncode(one))], SINGLE);
      expect(JSON.parse(all[0] as string)).toEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});

test('what is written is read by another library, and comes back as it was', () => {
  fc.assert(
    fc.property(value, (one) => {
      const text = JSON.stringify(one);
      const { records } = encode([text], SINGLE);
      expect(referenceDecode(records[0]!)).toEqual(JSON.parse(text));
      expect(JSON.parse(decode(records, SINGLE).all[0] as string)).toEqual(JSON.parse(text));
    }),
  );
});

test('records that follow each other are the same however the bytes come, and can be read on from each', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), cuts, fc.nat(5), (values, at, nth) => {
      const data = Buffer.concat(values.map((one) => Buffer.from(referenceEncode(one))));
      const whole = decode([data], STREAM);
      expect(whole.all.length).toBe(values.length);
      expect(decode(chunked(data, at), STREAM)).toEqual(whole);
      if (nth >= values.length) return;
      const start = whole.next[nth]!;
      expect(decode([data.subarray(start)], { ...STREAM, start }).all).toEqual(whole.all.slice(nth + 1));
    }),
  );
});

test.each([
  ['ca7f7fffff', '3.4028234663852886e+38'],
  ['cb4000000000000000', '2.0'],
  ['cb8000000000000000', '-0.0'],
  ['cfffffffffffffffff', '18446744073709551615'],
  ['d38000000000000000', '-9223372036854775808'],
  ['d30020000000000001', '9007199254740993'],
  ['c403ff0041', '"\u00ff\\u000041"'.replace('41"', 'A"')],
  ['d903e7a68f', '"\u798f"'],
  ['8101c2', '{"1":false}'],
  ['c2', 'false'],
])('%s is read as %s, and written back', (hex, text) => {
  const { all } = decode([Buffer.from(hex, 'hex')], SINGLE);
  expect(all).toEqual([text]);
  expect(JSON.parse(decode(encode([text], SINGLE).records, SINGLE).all[0] as string)).toEqual(JSON.parse(text));
});

test.each([
  ['9007199254740993', 'cf0020000000000001'],
  ['18446744073709551615', 'cfffffffffffffffff'],
  ['-9223372036854775808', 'd38000000000000000'],
  ['2.0', 'cb4000000000000000'],
  ['2', '02'],
])('%s is written as %s: no digit is lost, and floats stay floats', (text, hex) => {
  expect(encode([text], SINGLE).records[0]!.toString('hex')).toBe(hex);
});

test('a schema tells bytes from text and floats from integers', () => {
  const schema = {
    type: 'record',
    name: 'r',
    fields: [
      { name: 'b', type: ['null', 'bytes'] },
      { name: 'd', type: 'double' },
    ],
  };
  const { records } = encode(['{"b":"\u00ff","d":2}'], { ...SINGLE, schema });
  expect(records[0]!.toString('hex')).toBe('82a162c401ffa164cb4000000000000000');
});

test.each([
  ['c1', 'not MessagePack: byte c1 is not used'],
  ['a3c3', 'the MessagePack value is cut off'],
  ['0101', '1 bytes follow the MessagePack value'],
  ['a1ff', 'not valid UTF-8'],
  ['cb7ff8000000000000', 'NaN has no counterpart in JSON'],
  ['81c0c0', 'a key of a map is neither text nor an integer'],
  ['d60000000000', 'an extension type of MessagePack has no counterpart in JSON'],
])('the record %s is rejected, those beside it are not', (hex, reason) => {
  const { all, rejects } = decode([Buffer.of(1), Buffer.from(hex, 'hex'), Buffer.of(2)], SINGLE);
  expect(all).toEqual(['1', '2']);
  expect(rejects).toEqual([reason]);
});

test.each([
  ['not JSON', '{', 'not valid JSON'],
  ['an integer of more than 64 bits', '18446744073709551616', /does not fit the 64 bits/],
  ['a number too large for a double', '1e999', /too large for a double/],
])('an output record is rejected that is %s', (_, text, reason) => {
  const { records, rejects } = encode(['1', text, '2'], SINGLE);
  expect(records.map((record) => record[0])).toEqual([1, 2]);
  expect(rejects).toEqual([typeof reason === 'string' ? reason : expect.stringMatching(reason)]);
});

test('a stream fails at a record that cannot be read, and tells when it ends within one', () => {
  expect(() => decode([Buffer.from('01020391', 'hex'), Buffer.from('c104', 'hex')], STREAM)).toThrow(
    'the record at byte 3 cannot be read (not MessagePack: byte c1 is not used), nor what follows it',
  );
  expect(decode([Buffer.from('01a5', 'hex')], STREAM)).toMatchObject({
    all: ['1'],
    rejects: ['the record is cut off at the end of the input'],
  });
});

test('a stream that fails has given the records before, also those of the same chunk', () => {
  const rejects: Reject[] = [];
  const framer = new Framer(
    { slot: 0, ...STREAM, endMarker: null, recordLimit: 100, onReject: (reject) => rejects.push(reject) },
    0,
  );
  const framed = framer.add([Buffer.from('0102', 'hex'), Buffer.from('0304c105', 'hex')]);
  expect(framed.map((item) => (item.kind === 'run' ? item.run.count : item.kind))).toEqual([2, 2, 'failure']);
  expect(rejects).toEqual([]);
});

test('a record that is too long ends the stream: what follows it cannot be found', () => {
  const endless = [Buffer.from('c640000000', 'hex'), Buffer.alloc(80)];
  expect(() => decode(endless, { ...STREAM, recordLimit: 64 })).toThrow('the record at byte 0 is longer than 64 bytes');
});

test('nesting without end is rejected', () => {
  expect(decode([Buffer.alloc(10_000, 0x91)], SINGLE)).toMatchObject({
    all: [],
    rejects: [/nested deeper|cut off/].map((r) => expect.stringMatching(r)),
  });
});

test('records of fixed size are filled up with zero bytes', () => {
  const fixed = { encoding: msgpack, envelope: createFixed(4), schema: null };
  const { bytes } = encode(['1', '"ab"'], fixed);
  expect(bytes.toString('hex')).toBe('01000000a2616200');
  expect(decode([bytes], fixed).all).toEqual(['1', '"ab"']);
});

test('control records are maps', () => {
  const set = msgpack.control.write({ kind: 'set', id: 7, timestamp: 8, misc: 'x' });
  expect(referenceDecode(set)).toEqual({ $fastscore: 'set', id: 7, timestamp: 8, misc: 'x' });
  expect(decode([Buffer.of(1), set, Buffer.of(2)], STREAM).all).toEqual([
    '1',
    { kind: 'set', id: 7, timestamp: 8, misc: 'x' },
    '2',
  ]);
});
