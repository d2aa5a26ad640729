import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, compareKeys, itemKey, keyId } from '../../../src/core/state/key.ts';
import { isPacked } from '../../../src/core/state/part.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { bytesOf, inPieces, sealed } from './bytes.ts';
import { header } from './samples.ts';

const VALUES: readonly StateValue[] = [
  ...['0', '-1.50e7', '"text"', '""', 'null', '[]', '{"a":[1,{"b":"c"}],"d":true}', '"\\u20ac"', '["\\n"]'].map(
    jsonValue,
  ),
  { json: '[1]', native: { language: 'python', data: Buffer.from([1, 2, 255]) } },
  { json: null, native: { language: 'R', data: Buffer.alloc(0) } },
  jsonValue(`"${'x'.repeat(5_000)}"`),
];

function mostly<T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 30, arbitrary: usual }, other);
}

/** Many keys of few pools, in order: mostly such that lie in memory as lines. */
const manyKeys = fc
  .array(
    fc.record({
      pool: fc.constantFrom(null, 'p', 'p', 'p', 'é'),
      name: mostly(
        fc.nat(500).map(String),
        fc.string({ unit: fc.constantFrom('a', ' ', '!', '#', '~', 'é', '"'), maxLength: 3 }),
      ),
      value: mostly(fc.constantFrom(...VALUES.slice(0, 7)), fc.constantFrom(...VALUES)),
    }),
    { maxLength: 200, size: 'max' },
  )
  .map((items) => {
    const entries = new Map<string, Entry>();
    for (const { pool, name, value } of items) {
      const key = pool === null ? cellKey(name) : itemKey(pool, name);
      entries.set(keyId(key), [key, value]);
    }
    return [...entries.values()].sort(([left], [right]) => compareKeys(left, right));
  });

describe('lines of a snapshot that stay in memory as they are', () => {
  test('hold what was written, in pieces of any size, and are written as they were', async () => {
    let packed = 0;
    await fc.assert(
      fc.asyncProperty(manyKeys, fc.integer({ min: 20, max: 5_000 }), async (entries, size) => {
        const bytes = await bytesOf(encodeSnapshot(header, [entries]));
        const { parts, entries: found, hasNative } = await readSnapshot(inPieces(bytes, size));
        expect(found).toEqual(entries);
        expect(hasNative).toBe(entries.some(([, { native }]) => native !== null));
        expect((await bytesOf(encodeSnapshot(header, [parts]))).equals(bytes)).toBe(true);
        packed += parts.filter(isPacked).length;
      }),
      { numRuns: 60 },
    );
    expect(packed).toBeGreaterThan(0);
  });

  test('are found by name, and no other name is', async () => {
    await fc.assert(
      fc.asyncProperty(manyKeys, fc.array(fc.string({ maxLength: 3 })), async (entries, others) => {
        const bytes = await bytesOf(encodeSnapshot(header, [entries]));
        const store = new StateStore();
        store.replaceAll((await readSnapshot(inPieces(bytes))).parts, { restored: true });
        for (const [key, value] of entries) expect(store.get(key)).toMatchObject({ value, version: 1, restored: true });
        const known = new Set(entries.map(([key]) => keyId(key)));
        for (const key of others.map((name) => itemKey('p', name))) {
          expect(store.get(key) !== undefined).toBe(known.has(keyId(key)));
        }
      }),
      { numRuns: 40 },
    );
  });

  const lines = Array.from({ length: 40 }, (_, n) => `{"pool":"p","item":"i${n + 10}","value":${n}}`);
  const head = bytesOf(encodeSnapshot(header, [])).then((bytes) => bytes.toString('latin1').split('\n')[0] ?? '');
  const refusal = async (changed: readonly string[]) =>
    readSnapshot(inPieces(sealed([await head, ...changed]))).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  test.each([
    ['is there twice', "line 22: item 'i29' of pool 'p' is there twice", '{"pool":"p","item":"i29","value":1}'],
    ['is out of order', "line 22: item 'i12' of pool 'p' is out of order", '{"pool":"p","item":"i12","value":1}'],
    ['is no JSON', 'line 22: JSON text ends too early, at position 2', '{"pool":"p","item":"i30","value":[1}'],
    ['has no value', 'line 22: it has no value', '{"pool":"p","item":"i30","valve":1}'],
    ['has no end', 'line 22: it has no value', '{"pool":"p","item":"i30"'],
    [
      'has something behind its native value',
      'line 22: it does not end as a line should',
      '{"pool":"p","item":"i30","python":"AA=="]',
    ],
    ['goes on', 'line 22: JSON text has an unexpected "}" at position 1', '{"pool":"p","item":"i30","value":1}}'],
  ])('are refused when one among them %s', async (_, message, line) => {
    expect(await refusal(lines)).toBe('accepted');
    expect(await refusal(lines.with(20, line))).toContain(message);
  });

  test('in another spelling are read, and written in ours', async () => {
    const spelled = lines
      .with(20, '{"pool":"p","item":"i3\\u0030","value": 20 }')
      .with(21, '{"pool":"\\u0070","item":"i31","value":21}');
    const { entries } = await readSnapshot(inPieces(sealed([await head, ...spelled])));
    const expected = await readSnapshot(inPieces(sealed([await head, ...lines])));
    expect(entries.with(20, [itemKey('p', 'i30'), jsonValue('20')])).toEqual(expected.entries);
    const written = await bytesOf(
      encodeSnapshot(header, [(await readSnapshot(inPieces(sealed([await head, ...spelled])))).parts]),
    );
    expect(written.toString('latin1')).toBe(sealed([await head, ...lines]));
  });
});
