import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { createPythonCodec } from '../../../src/jets/codecs/python.ts';
import type { EngineFrame } from '../../../src/jets/protocol.ts';

const codec = createPythonCodec();

/** The other side of the codec, written from docs/jet-protocol.md. */
function open(frame: EngineFrame): { header: Record<string, unknown>; blobs: Buffer[] } {
  const bytes = Buffer.concat(codec.encode(frame));
  const size = bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.toString('utf8', 4, 4 + size)) as Record<string, unknown>;
  let at = 4 + size;
  const blobs = ((header.blobs ?? []) as number[]).map((length) => {
    at += length;
    return bytes.subarray(at - length, at);
  });
  expect(at).toBe(bytes.length);
  return { header, blobs };
}

function close(header: object, blobs: Buffer[] = []): Buffer {
  const text = Buffer.from(JSON.stringify({ ...header, blobs: blobs.map((blob) => blob.length) }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return Buffer.concat([size, text, ...blobs]);
}

describe('frames to Python', () => {
  test('a value that Python pickled comes back as that pickle, one of R as its JSON view', () => {
    const pickled = { json: '[1]', native: { language: 'python', data: Buffer.from('P') } } as const;
    expect(open({ t: 'reply', value: pickled, version: 3 })).toEqual({
      header: { t: 'reply', version: 3, value: { json: null, native: 0 }, blobs: [1] },
      blobs: [Buffer.from('P')],
    });
    const ofR = { json: '[1]', native: { language: 'R', data: Buffer.from('X') } } as const;
    expect(open({ t: 'reply', value: ofR }).blobs).toEqual([Buffer.from('[1]')]);
    expect(open({ t: 'reply', value: null, version: 0 }).header).toEqual({ t: 'reply', version: 0, value: null });
  });
});

describe('whole pools to and from Python', () => {
  test('the values of a lent pool are one JSON text', () => {
    const items = [
      ['a', jsonValue('1')],
      ['b', jsonValue('{"n":[2]}')],
    ] as const;
    const pool = { fresh: true, complete: true, items, unknown: ['c'] };
    const { header, blobs } = open({ t: 'reply', stored: true, version: 3, lent: true, pool });
    expect(header.pool).toEqual({ fresh: true, complete: true, items: ['a', 'b'], unknown: ['c'], values: 0 });
    expect(blobs.map(String)).toEqual(['[1,{"n":[2]}]']);
    expect(open({ t: 'recall', key: { kind: 'pool', pool: 'p' } }).header.key).toEqual(['item', 'p']);
  });

  test('many changes of one pool come as one text with lengths, of bytes and not of characters', () => {
    const texts = ['1', '"ü😀"', '[2]'].map((text) => Buffer.from(text));
    const lengths = Buffer.from(new Uint32Array(texts.map((text) => text.length)).buffer);
    const changes = [{ pool: 'p', items: ['a', 'b', 'c'], data: 0, lengths: 1 }];
    const pools = [{ pool: 'p', uses: 4, forgotten: true }];
    expect(codec.decode(close({ t: 'handin', changes, pools }, [Buffer.concat(texts), lengths]))).toEqual({
      t: 'handin',
      loans: [],
      changes: [
        { key: itemKey('p', 'a'), value: jsonValue('1') },
        { key: itemKey('p', 'b'), value: jsonValue('"ü😀"') },
        { key: itemKey('p', 'c'), value: jsonValue('[2]') },
      ],
      pools,
    });
  });

  test.each([
    ['too few lengths', ['a', 'b'], [1]],
    ['more bytes than there are', ['a'], [3]],
    ['a name that is none', [1], [1]],
  ])('%s are refused', (_, items, lengths) => {
    const changes = [{ pool: 'p', items, data: 0, lengths: 1 }];
    const blobs = [Buffer.from('12'), Buffer.from(new Uint32Array(lengths).buffer)];
    expect(() => codec.decode(close({ t: 'handin', changes }, blobs))).toThrow('values that do not fit their items');
  });
});

describe('frames from Python', () => {
  test.each([
    ['too few', [0]],
    ['places that are none', [0, -1]],
    ['no numbers', ['0', '1']],
  ])('origins that are %s are refused', (_, origins) => {
    const outputs = [{ slot: 1, form: 'json', count: 2, data: 0, origins }];
    expect(() => codec.decode(close({ t: 'result', id: 4, outputs }, [Buffer.from('5\n6\n')]))).toThrow(/origin/);
  });

  test('a result gives the outputs of each slot', () => {
    const lengths = Buffer.from('0100000002000000', 'hex');
    const frame = codec.decode(
      close(
        {
          t: 'result',
          id: 4,
          outputs: [
            { slot: 1, form: 'json', count: 1, data: 0, lengths: null },
            { slot: 3, form: 'text', count: 2, data: 1, lengths: 2, sets: [0, 2] },
          ],
        },
        [Buffer.from('5\n'), Buffer.from('abc'), lengths],
      ),
    );
    expect(frame).toEqual({
      t: 'result',
      id: 4,
      rejected: [],
      changes: [],
      outputs: [
        {
          slot: 1,
          records: { form: 'json', count: 1, data: Buffer.from('5\n'), lengths: null },
          sets: null,
          origins: null,
          haveScalars: true,
        },
        {
          slot: 3,
          records: { form: 'text', count: 2, data: Buffer.from('abc'), lengths: new Uint32Array([1, 2]) },
          sets: [0, 2],
          origins: null,
          haveScalars: true,
        },
      ],
    });
  });

  test('state requests name their key and value', () => {
    const value = { json: 0, native: null };
    expect(
      codec.decode(close({ t: 'state', op: 'cas', key: ['cell', 'n'], version: 2, value }, [Buffer.from('6')])),
    ).toEqual({
      t: 'state',
      op: 'cas',
      key: cellKey('n'),
      version: 2,
      value: { json: '6', native: null },
    });
    expect(codec.decode(close({ t: 'state', op: 'get', key: ['item', 'p', 'x'] }))).toEqual({
      t: 'state',
      op: 'get',
      key: itemKey('p', 'x'),
    });
  });

  test('lent keys come back with their value, or without when nothing has changed', () => {
    const loans = [
      { key: ['cell', 'n'], value: { json: 0, native: null }, uses: 9 },
      { key: ['item', 'p', 'x'], uses: 1 },
    ];
    expect(codec.decode(close({ t: 'handin', loans }, [Buffer.from('6')]))).toEqual({
      t: 'handin',
      changes: [],
      pools: [],
      loans: [
        { key: cellKey('n'), value: { json: '6', native: null }, uses: 9 },
        { key: itemKey('p', 'x'), value: null, uses: 1 },
      ],
    });
    expect(open({ t: 'recall', key: itemKey('p', 'x') }).header).toEqual({ t: 'recall', key: ['item', 'p', 'x'] });
  });

  test('anything else is a fault of the protocol, never a crash', () => {
    const header = fc.oneof(
      fc.record({
        t: fc.constantFrom('result', 'state', 'failed', 'hello', 'ended', 'handin'),
        id: fc.anything(),
        outputs: fc.anything(),
      }),
      fc.record({ t: fc.constant('state'), op: fc.constantFrom('get', 'cas', 'set', 'keys'), key: fc.anything() }),
      fc.anything(),
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      header
        .filter((found) => typeof found === 'object' && found !== null)
        .map((found) => {
          try {
            return close(found as object);
          } catch {
            return Buffer.alloc(3);
          }
        }),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        try {
          codec.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FastScoreError);
          expect((error as FastScoreError).code).toBe('JET_PROTOCOL');
        }
      }),
    );
  });
});
