import { describe, expect, test } from 'vitest';
import { MAX_HEADER_BYTES } from '../../../src/core/snapshot/format.ts';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { entries, header } from './samples.ts';

const encode = (...state: readonly Entry[]) => bytesOf(encodeSnapshot(header, [state]));

describe('a snapshot writer', () => {
  test('writes header, entries and trailer, a line each', async () => {
    const lines = (await encode(...entries)).toString('latin1').split('\n');
    expect(lines).toEqual([
      '{"fastscore":"snapshot","version":1,"id":"k3v9qd2m","model":"tally","created":"2026-03-01T08:30:00.123Z",' +
        '"engine":"2.0.0","trigger":"eof","records":{"in":{"0":3},"out":{"1":3}},"positions":{"0":{"byte":42}}}',
      '{"cell":"seen","python":"bmF0aXZlIGJ5dGVz","value":[1,2]}',
      '{"cell":"total","value":6}',
      '{"pool":"counter","item":"x \\"y\\" \\u00e9","value":{"a":"\\u20ac","b":1.50}}',
      '{"pool":"counter","item":"z","R":"AP8="}',
      expect.stringMatching(/^\{"count":4,"sha256":"[0-9a-f]{64}"\}$/),
      '',
    ]);
  });

  test('writes a state without keys', async () => {
    expect(await readSnapshot(inPieces(await encode()))).toMatchObject({ header, entries: [], hasNative: false });
  });

  test('takes slices as they come and holds no more than a chunk of text', async () => {
    let taken = 0;
    function* slices() {
      for (; taken < 100; taken++) {
        yield [[cellKey(`c${String(taken).padStart(3, '0')}`), jsonValue(`"${'x'.repeat(10_000)}"`)]] as const;
      }
    }
    const ahead: number[] = [];
    let given = 0;
    for await (const chunk of encodeSnapshot(header, slices())) {
      given += chunk.length;
      ahead.push(taken * 10_000 - given);
    }
    expect(Math.max(...ahead)).toBeLessThan(100_000);
    expect(given).toBeGreaterThan(1_000_000);
  });

  test('writes native bytes of any size in pieces that join', async () => {
    const data = Buffer.from(Array.from({ length: 150_001 }, (_, at) => (at * 7) % 251));
    const state: Entry[] = [[cellKey('big'), { json: null, native: { language: 'python', data } }]];
    const { entries: found } = await readSnapshot(inPieces(await encode(...state)));
    expect(found[0]?.[1].native?.data.equals(data)).toBe(true);
  });

  test.each([
    ['twice', [cellKey('a'), cellKey('a')], "cell 'a' comes after cell 'a'"],
    ['out of order', [itemKey('p', 'x'), cellKey('a')], "cell 'a' comes after item 'x' of pool 'p'"],
  ])('refuses keys that come %s', async (_, keys, message) => {
    await expect(encode(...keys.map((key): Entry => [key, jsonValue('1')]))).rejects.toThrow(message);
  });

  test.each([
    ['{"a":', 'is not JSON (JSON text ends too early, at position 5)'],
    ['NaN', 'is not JSON (JSON text has an unexpected "N" at position 0)'],
    ['1\n2', 'is not JSON (JSON text has an unexpected "2" at position 2)'],
  ])('refuses the value %j and names its key', async (json, reason) => {
    await expect(encode([itemKey('p', 'x'), jsonValue(json)])).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE_FAILED',
      message: `Cannot write a snapshot: the value of item 'x' of pool 'p' ${reason}`,
    });
  });

  test('refuses a value in no form at all', async () => {
    await expect(encode([cellKey('a'), { json: null, native: null }])).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE_FAILED',
      message: "Cannot write a snapshot: the value of cell 'a' has neither a JSON form nor a native one",
    });
  });

  test('refuses a header that readers would refuse', async () => {
    const long = { ...header, misc: 'x'.repeat(MAX_HEADER_BYTES) };
    await expect(bytesOf(encodeSnapshot(long, []))).rejects.toMatchObject({
      code: 'SNAPSHOT_WRITE_FAILED',
      message: 'Cannot write a snapshot: its header takes more than 1048576 bytes',
    });
    const room = MAX_HEADER_BYTES - (await bytesOf(encodeSnapshot({ ...header, misc: '' }, []))).indexOf('\n') - 1;
    const longest = { ...header, misc: 'x'.repeat(room) };
    expect((await readSnapshot(encodeSnapshot(longest, []))).header).toEqual(longest);
  });
});
