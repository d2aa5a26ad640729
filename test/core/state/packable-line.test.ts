import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { entryOfLine } from '../../../src/core/state/entry-line.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { packableLine } from '../../../src/core/state/packable-line.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { bytesOf } from '../snapshot/bytes.ts';
import { header } from '../snapshot/samples.ts';

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'é', '\u0122', ' ', '\n', '\x7f'), maxLength: 3 });
const values: fc.Arbitrary<StateValue> = fc.record({
  json: fc.option(
    fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.jsonValue().map((value) => JSON.stringify(value, null, 1)),
      text.map((one) => `"${one}"`),
      text,
    ),
  ),
  native: fc.option(
    fc.record({
      language: fc.constantFrom('python' as const, 'R' as const),
      data: fc.uint8Array({ maxLength: 5 }).map((data) => Buffer.from(data)),
    }),
  ),
});

describe('a line that may lie in memory', () => {
  test('is the one that a snapshot has, and gives back the very value', async () => {
    let packable = 0;
    await fc.assert(
      fc.asyncProperty(fc.option(text), text, values, async (pool, name, value) => {
        const line = packableLine(pool, name, value);
        if (line === null) return;
        packable++;
        const key = pool === null ? cellKey(name) : itemKey(pool, name);
        const bytes = await bytesOf(encodeSnapshot(header, [[[key, value]]]));
        expect(bytes.toString('latin1').split('\n')[1]).toBe(line.slice(0, -1));
        expect(entryOfLine(Buffer.from(line), 0, line.length - 1)).toEqual([key, value]);
      }),
      { numRuns: 500 },
    );
    expect(packable).toBeGreaterThan(0);
  });

  test.each<[string, string | null, string, StateValue]>([
    ['a long value', 'p', 'i', { json: `"${'x'.repeat(4_096)}"`, native: null }],
    ['a long native value', 'p', 'i', { json: null, native: { language: 'R', data: Buffer.alloc(4_000) } }],
    ['no value', 'p', 'i', { json: null, native: null }],
    ['an escape in its name', null, 'a"b', { json: '1', native: null }],
    ['an escape in its pool', 'é', 'i', { json: '1', native: null }],
    ['another spelling', 'p', 'i', { json: '[1, 2]', native: null }],
    ['a value that is not ASCII', 'p', 'i', { json: '["\u0122"]', native: null }],
  ])('has not %s', (_, pool, name, value) => {
    expect(packableLine(pool, name, value)).toBeNull();
  });
});
