import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { createRCodec } from '../../../src/jets/codecs/r.ts';
import { readR } from '../../../src/jets/codecs/r-serialize/reader.ts';
import type { RValue } from '../../../src/jets/codecs/r-serialize/value.ts';
import type { Field } from '../../../src/jets/codecs/r-serialize/value-writer.ts';
import type { BatchFrame, EngineFrame, JetCodec } from '../../../src/jets/protocol.ts';
import { recordsOf, textsOf } from '../r/records.ts';
import { jsonOf, rBody, rBytes } from './r-frames.ts';

const DOUBLE = 14;
const STRING = 16;
const LIST = 19;
const RAW = 24;

function open(codec: JetCodec, frame: EngineFrame) {
  return readR(Buffer.concat(codec.encode(frame)));
}

function batch(records: readonly string[], options: Partial<BatchFrame> = {}): BatchFrame {
  return {
    t: 'batch',
    id: 1,
    slot: 0,
    seqno: 11,
    records: recordsOf(records),
    emit: { 1: 'json' },
    origins: false,
    ...options,
  };
}

const dataOf = (records: readonly string[]) => open(createRCodec(), batch(records)).member('data');

/** JSON that R gives back as it got it as a record: no arrays of one element, and whole numbers only up to 2^53. */
const steadyJson = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => !JSON.stringify(value).match(/\\u0000|\\ud[89a-f]/i))
  .map((value) => JSON.stringify(value));

describe('frames to R', () => {
  test('scalars of one type travel as one vector, anything else as a list', () => {
    expect(dataOf(['1', '-2.5', '1e3'])).toMatchObject({ type: DOUBLE, length: 3 });
    expect(dataOf(['"a"', '"é"'])?.texts()).toEqual(['a', 'é']);
    expect(dataOf(['1', '"a"', 'null', '{}'])).toMatchObject({ type: LIST, length: 4 });
    expect(dataOf(['[1]'])?.type).toBe(LIST);
    expect(dataOf([])?.type).toBe(LIST);
  });

  test('any JSON comes back from R values as it was', () => {
    fc.assert(
      fc.property(fc.array(steadyJson, { maxLength: 8 }), (records) => {
        const data = dataOf(records);
        expect(data?.length).toBe(records.length);
        const back = records.map((_, index) => (data?.type === LIST ? jsonOf(data.item(index)) : undefined));
        if (data?.type === LIST)
          expect(back.map((text) => JSON.parse(text ?? ''))).toEqual(records.map((text) => JSON.parse(text)));
        else
          expect(JSON.parse(`[${jsonOf(data ?? Buffer.alloc(0))}]`).flat()).toEqual(
            records.map((text) => JSON.parse(text)),
          );
      }),
    );
  });

  test('as a value of state, any JSON comes back as it was', () => {
    fc.assert(
      fc.property(steadyJson, (text) => {
        expect(JSON.parse(jsonOf(rBytes(JSON.parse(text), true)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('members keep their order, also with keys that look like numbers', () => {
    const record = '{"b":1,"10":{"z":"\\"x\\":","2":[{"1":1,"0":2},3]},"2":null,"__proto__":4}';
    expect(jsonOf(dataOf([record, record])?.item(1) ?? Buffer.alloc(0))).toBe(record);
  });

  test('records of changing shapes keep their own names', () => {
    const records = [
      '{"a":1,"b":{"c":2}}',
      '{"a":1,"b":{"d":2}}',
      '{"a":1}',
      '{"b":1}',
      '{"ka":1,"1":2}',
      '{"a":1,"1":2}',
      '{"ka":1}',
    ];
    const data = dataOf(records);
    expect(records.map((_, index) => jsonOf(data?.item(index) ?? Buffer.alloc(0)))).toEqual(records);
  });

  test('records that R cannot have are left out, with their reasons', () => {
    const codec = createRCodec();
    const bad = [
      '1,2',
      '[1',
      '2]',
      '"\\u0000\\u0100"',
      '"\\ud800"',
      '',
      'NaN',
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
      '007',
    ];
    const frame = open(codec, batch(['1', ...bad, '2']));
    expect(jsonOf(frame.member('data') ?? Buffer.alloc(0))).toBe('[1,2]');
    expect(jsonOf(frame.member('seqno') ?? Buffer.alloc(0))).toBe('[11,21]');
    expect(frame.member('count')?.double(0)).toBe(2);
    const result = codec.decode(rBody({ t: 'result', id: 1, outputs: [] }));
    if (result.t !== 'result') throw new Error(result.t);
    expect(result.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(result.rejected.map(({ reason }) => reason)).toEqual([
      'not valid JSON: Unexpected non-whitespace character after JSON at position 1',
      expect.stringMatching(/^not valid JSON: Expected/),
      expect.stringMatching(/^not valid JSON: Unexpected non-whitespace/),
      'R cannot hold a text with the character \\u0000',
      'a text has half of a surrogate pair',
      'not valid JSON: Unexpected end of JSON input',
      'not valid JSON',
      'it is nested more than 1000 levels deep',
      expect.stringMatching(/^not valid JSON/),
    ]);
    expect(result.rejected[7]?.text).toHaveLength(1000);
  });

  test('texts that stand for bytes, which R cannot hold as texts, are raw vectors, and come back as they were', () => {
    const anyText = fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    const anyRecord = fc.oneof(
      anyText,
      fc.array(anyText, { minLength: 2 }),
      fc.record({ d: anyText, n: fc.integer() }),
    );
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 5 }), (records) => {
        const codec = createRCodec();
        const frame = open(codec, batch(records.map((record) => JSON.stringify(record))));
        const data = frame.member('data')!;
        expect(frame.member('count')?.double(0)).toBe(records.length);
        const isList = data.type === LIST;
        const back = isList
          ? records.map((_, index) => JSON.parse(jsonOf(data.item(index))))
          : [JSON.parse(jsonOf(data))].flat();
        expect(back).toEqual(records);
      }),
    );
  });

  test('bytes that are not UTF-8 are rejected one by one', () => {
    const data = Buffer.concat([Buffer.from('"ä"\n"'), Buffer.from([0xff]), Buffer.from('"\n"ö"\n')]);
    const codec = createRCodec();
    const frame = open(codec, batch([], { records: { form: 'json', count: 3, data, lengths: null } }));
    expect(frame.member('data')?.texts()).toEqual(['ä', 'ö']);
    expect(codec.decode(rBody({ t: 'result', id: 1, outputs: [] }))).toMatchObject({
      rejected: [{ index: 1, reason: 'not valid UTF-8' }],
    });
  });

  test('text and bytes travel as strings and raw vectors', () => {
    const text = open(createRCodec(), batch([], { records: recordsOf(['é', ''], 'text') }));
    expect(text.member('data')).toMatchObject({ type: STRING, length: 2 });
    expect(text.member('data')?.texts()).toEqual(['é', '']);
    const bytes = open(createRCodec(), batch([], { records: recordsOf(['\xff\0'], 'bytes') }));
    expect(bytes.member('data')?.item(0)).toMatchObject({ type: 24, length: 2 });
  });

  test('the position of a failure is that of the batch as it was', () => {
    const codec = createRCodec();
    codec.encode(batch(['x', '1', 'y', '2']));
    const failed = rBody({ t: 'failed', phase: 'action', message: 'm', traceback: 't', id: 1, index: 1 });
    expect(codec.decode(failed)).toMatchObject({ t: 'failed', index: 3 });
  });
});

describe('frames from R', () => {
  const result = (codec: JetCodec, values: Field, id = 1) => {
    const frame = codec.decode(rBody({ t: 'result', id, outputs: [{ slot: 1, values }] }));
    if (frame.t !== 'result') throw new Error(frame.t);
    return frame;
  };

  test('vectors and lists become records', () => {
    const codec = createRCodec();
    codec.encode(batch([]));
    const { outputs } = result(codec, (writer) => writer.doubles([1, 2.5, 2 ** 53, 2 ** 60, -0, 1e-7, -123456789012]));
    expect(textsOf(outputs[0]?.records ?? recordsOf([]))).toEqual([
      '1',
      '2.5',
      '9007199254740992',
      '1.152921504606847e+18',
      '-0',
      '1e-7',
      '-123456789012',
    ]);
  });

  test('any double is written so that it comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (numbers) => {
        const codec = createRCodec();
        codec.encode(batch([]));
        const { outputs } = result(codec, (writer) => writer.doubles(numbers));
        expect(textsOf(outputs[0]?.records ?? recordsOf([])).map((text) => JSON.parse(text) as number)).toEqual(
          numbers,
        );
      }),
    );
  });

  test('numbers that JSON cannot hold are rejected, the others stay', () => {
    const codec = createRCodec();
    codec.encode(batch([]));
    const { outputs, rejected } = result(codec, (writer) => writer.doubles([1, Number.NaN, -Infinity, 2]));
    expect(textsOf(outputs[0]?.records ?? recordsOf([]))).toEqual(['1', '2']);
    expect(rejected).toEqual([
      { side: 'out', index: -1, slot: 1, text: 'NaN', reason: 'JSON cannot hold NaN' },
      { side: 'out', index: -1, slot: 1, text: '-Inf', reason: 'JSON cannot hold -Inf' },
    ]);
  });

  test('a slot of text takes strings alone', () => {
    const codec = createRCodec();
    codec.encode(batch([], { emit: { 1: 'text' } }));
    const { outputs, rejected } = result(codec, [['a', 'b'], 'é', 5]);
    expect(textsOf(outputs[0]?.records ?? recordsOf([]))).toEqual(['é']);
    expect(rejected.map(({ text }) => text)).toEqual(['["a","b"]', '5']);
  });

  test('state requests name their key and value', () => {
    const codec = createRCodec();
    const value = rBytes([1, 'a']);
    expect(codec.decode(rBody({ t: 'state', op: 'cas', key: ['cell', 'n'], version: 2, value }))).toEqual({
      t: 'state',
      op: 'cas',
      key: cellKey('n'),
      version: 2,
      value: { json: '[1,"a"]', native: null },
    });
    expect(codec.decode(rBody({ t: 'state', op: 'get', key: ['item', 'p', 'x'] }))).toMatchObject({
      key: itemKey('p', 'x'),
    });
    expect(codec.decode(rBody({ t: 'state', op: 'keys', pool: 'p' }))).toMatchObject({ op: 'keys', pool: 'p' });
  });

  test('anything else is a fault of the protocol, never a crash', () => {
    const good = rBody({ t: 'result', id: 1, outputs: [{ slot: 1, values: [1, 'a', [null]] }] });
    const attempt = (bytes: Buffer) => {
      const codec = createRCodec();
      codec.encode(batch([]));
      try {
        codec.decode(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FastScoreError);
        expect(error).toMatchObject({ code: 'JET_PROTOCOL' });
      }
    };
    fc.assert(fc.property(fc.uint8Array(), (bytes) => attempt(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(good);
        damaged[at] = byte;
        attempt(damaged);
      }),
      { numRuns: 500 },
    );
    for (let length = 0; length < good.length; length++) expect(() => attempt(good.subarray(0, length))).not.toThrow();
  });
});

describe('state values between R and the store', () => {
  const key = cellKey('c');

  /** What R gets for a stored value, and what is stored when R puts that back. */
  function visit(codec: JetCodec, value: StateValue): Buffer {
    codec.decode(rBody({ t: 'state', op: 'get', key: ['cell', 'c'] }));
    const field = open(codec, { t: 'reply', value, version: 1 }).member('value');
    if (field === undefined) throw new Error('no value');
    return field.bytes.subarray(field.at, field.at + field.length);
  }

  function store(codec: JetCodec, bytes: Buffer): StateValue {
    const request = codec.decode(rBody({ t: 'state', op: 'set', key: ['cell', 'c'], value: bytes }));
    if (request.t !== 'state' || request.op !== 'set') throw new Error(request.t);
    expect(request.key).toEqual(key);
    return request.value;
  }

  test('JSON that passes through R unchanged means the same', () => {
    fc.assert(
      fc.property(steadyJson, (json) => {
        const codec = createRCodec();
        const back = store(codec, visit(codec, { json, native: null }));
        expect(back.native).toBeNull();
        expect(JSON.parse(back.json ?? '')).toEqual(JSON.parse(json));
      }),
    );
  });

  test('integers keep their digits, whatever R does with the rest of the value', () => {
    const codec = createRCodec();
    const json = '{"id":12345678901234567890,"n":1}';
    const seen = visit(codec, { json, native: null });
    expect(store(codec, seen)).toEqual({ json, native: null });
    visit(codec, { json: '9007199254740993', native: null });
    expect(store(codec, seen)).toEqual({ json, native: null });
    expect(store(codec, rBytes({ id: Number('12345678901234567890'), n: 2 })).json).toBe(
      '{"id":1.2345678901234567e+19,"n":2}',
    );
  });

  test('other numbers of more digits than a double has keep them when R stores them back as they are, and only then', () => {
    const codec = createRCodec();
    const json = '{"x": 0.12345678901234567890, "n": 1}';
    const seen = visit(codec, { json, native: null });
    expect(store(codec, seen)).toEqual({ json, native: null });
    expect(store(codec, rBytes({ x: Number('0.123456789012345678'), n: 2 })).json).toBe(
      '{"x":0.12345678901234568,"n":2}',
    );
    expect(store(codec, seen).json).toBe('{"x":0.12345678901234568,"n":1}');
  });

  test("R gets its own bytes back, and Python's JSON view", () => {
    const codec = createRCodec();
    const data = Buffer.from('its own');
    expect(visit(codec, { json: '1', native: { language: 'R', data } })).toEqual(data);
    const ofPython = visit(codec, { json: '[1,2]', native: { language: 'python', data } });
    expect(jsonOf(ofPython)).toBe('[1,2]');
  });

  test('what R cannot hold is an error in the reply', () => {
    const codec = createRCodec();
    codec.decode(rBody({ t: 'state', op: 'get', key: ['cell', 'c'] }));
    const reply = open(codec, { t: 'reply', value: { json: '"\\u0000"', native: null }, version: 1 });
    expect(jsonOf(reply.member('error') ?? Buffer.alloc(0))).toContain('"STATE_OPAQUE"');
    codec.decode(rBody({ t: 'state', op: 'keys', pool: 'p' }));
    expect(open(codec, { t: 'reply', keys: ['a\0'] }).member('error')).toBeDefined();
  });
});

describe('whole pools to and from R', () => {
  const asking = rBody({ t: 'state', op: 'get', key: ['item', 'p', 'a'] });

  const told = (codec: JetCodec, items: (readonly [string, StateValue])[], unknown: string[] = []) => {
    codec.decode(asking);
    const pool = { fresh: true, complete: true, items, unknown };
    return open(codec, { t: 'reply', value: jsonValue('1'), version: 1, lent: true, pool }).member('pool')!;
  };
  const content = ({ bytes, at, length }: RValue) => bytes.subarray(at, at + length);
  const handIn = (codec: JetCodec, items: Field, values: Field) =>
    codec.decode(rBody({ t: 'handin', changes: [{ pool: 'p', items, values }], pools: [] }));

  test('R gets the values of a lent pool, and asks for those that it cannot have', () => {
    const pool = told(
      createRCodec(),
      [
        ['a', jsonValue('1')],
        ['b', jsonValue('"\\u0000"')],
      ],
      ['c', 'half \ud800'],
    );
    expect(pool.member('items')?.texts()).toEqual(['a']);
    expect(pool.member('unknown')?.texts()).toEqual(['c', 'b']);
    expect(pool.member('values')).toMatchObject({ type: LIST, length: 1 });
    expect(jsonOf(pool.member('values')!.item(0))).toBe('1');
  });

  test('R gets each value of a lent pool as it would get it alone', () => {
    const fit = fc.jsonValue({ maxDepth: 3 }).filter((value) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.array(fit, { maxLength: 90 }), (values) => {
        const items = values.map((value, index) => [`i${index}`, jsonValue(JSON.stringify(value))] as const);
        const list = told(createRCodec(), items).member('values')!;
        for (const [index, [, value]] of items.entries()) {
          const found = list.item(index);
          const codec = createRCodec();
          codec.decode(asking);
          const alone = content(open(codec, { t: 'reply', value, version: 1 }).member('value')!);
          if (found.type === RAW) expect(content(found)).toEqual(alone);
          else expect(jsonOf(found)).toBe(jsonOf(alone));
        }
      }),
    );
  });

  test('NULL, many digits and objects of R are among the values as their bytes', () => {
    const native = { language: 'R', data: Buffer.from('its own') } as const;
    const exact = '12345678901234567890';
    const items = [
      ['a', jsonValue('null')],
      ['b', { json: '1', native }],
      ['c', jsonValue(exact)],
    ] as const;
    const codec = createRCodec();
    const values = told(codec, [...items]).member('values')!;
    expect([0, 1, 2].map((index) => values.item(index).type)).toEqual([RAW, RAW, RAW]);
    expect(content(values.item(0))).toEqual(rBytes(null));
    expect(content(values.item(1))).toEqual(native.data);
    // Stored back as it was, also as the number that R has of it, it keeps its digits.
    const back = handIn(codec, ['c'], [content(values.item(2))]);
    expect(back).toMatchObject({ changes: [{ key: itemKey('p', 'c'), value: jsonValue(exact) }] });
  });

  test('digits that R has rounded stay when the number comes back among others, unless it has changed', () => {
    const codec = createRCodec();
    const json = '0.12345678901234567890';
    told(codec, [
      ['a', jsonValue(json)],
      ['b', jsonValue(json)],
    ]);
    const number = Number(json);
    expect(handIn(codec, ['a', 'b'], [number, number + 1])).toMatchObject({
      changes: [{ value: jsonValue(json) }, { value: jsonValue(String(number + 1)) }],
    });
    expect(handIn(codec, ['a', 'b'], [number, number])).toMatchObject({
      changes: [{ value: jsonValue(json) }, { value: jsonValue(String(number)) }],
    });
  });

  test('changed items come back together: vectors as they are, anything else as its bytes', () => {
    const values: Field = [
      1,
      -0,
      1e300,
      'é',
      true,
      (writer) => writer.doubles([1, 2.5]),
      (writer) => writer.strings(['a', 'b']),
      rBytes({ x: [1] }, true),
    ];
    const items = ['n', 'zero', 'large', 't', 'l', 'v', 's', 'o'];
    expect(handIn(createRCodec(), items, values)).toEqual({
      t: 'handin',
      loans: [],
      pools: [],
      changes: ['1', '-0', '1e+300', '"é"', 'true', '[1,2.5]', '["a","b"]', '{"x":[1]}'].map((json, index) => ({
        key: itemKey('p', items[index]!),
        value: jsonValue(json),
      })),
    });
  });

  test('a vector that JSON cannot give back to R carries the bytes that R would have made of it alone', () => {
    const missing: Field = (writer) => writer.doubles([null]);
    const alone = rBody({ value: missing });
    const scalar = alone.subarray(14 + 8, 14 + 8 + 16);
    const native = { language: 'R', data: Buffer.concat([alone.subarray(0, 14), scalar]) };
    expect(handIn(createRCodec(), ['a'], [missing])).toMatchObject({ changes: [{ value: { json: 'null', native } }] });
    expect(jsonOf(native.data)).toBe('null');
  });

  test('changed items that are not whole are a fault of the protocol', () => {
    const wrong: [Field, Field][] = [
      [['a'], []],
      [['a', 'b'], [1]],
      [[1], [1]],
      [['a'], [{ x: 1 }]],
      [['a'], [null]],
      [['a'], [[1, true]]],
      [['a'], (writer) => writer.doubles([1])],
      [(writer) => writer.strings([null]), [1]],
    ];
    for (const [items, values] of wrong) expect(() => handIn(createRCodec(), items, values)).toThrow(FastScoreError);
  });

  test('a lent value that R cannot have is an error, and R is told that it has been lent', () => {
    const codec = createRCodec();
    codec.decode(asking);
    const pool = { fresh: true, complete: true, items: [], unknown: [] };
    const reply = open(codec, { t: 'reply', value: jsonValue('"\\u0000"'), version: 1, lent: true, pool });
    expect(reply.member('error')).toBeDefined();
    expect(reply.member('lent')?.integer(0)).toBe(1);
    expect(reply.member('pool')?.member('complete')?.integer(0)).toBe(0);
  });

  test('a pool comes back with its changes', () => {
    const changes = [{ key: ['item', 'p', 'a'], value: rBytes(5) }];
    const pools = [{ pool: 'p', uses: 3, forgotten: false }];
    expect(createRCodec().decode(rBody({ t: 'handin', changes, pools }))).toEqual({
      t: 'handin',
      loans: [],
      changes: [{ key: itemKey('p', 'a'), value: jsonValue('5') }],
      pools,
    });
  });
});
