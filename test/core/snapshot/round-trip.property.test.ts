import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHeader, readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { canonicalJson } from '../../../src/util/canonical-json.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { entries, header, headers, states } from './samples.ts';

const canonical = (json: string) => [...canonicalJson(json)].join('');

/** What a reader gives back: the JSON as it was but for its spelling. */
const asRead = (state: readonly Entry[]): Entry[] =>
  state.map(([key, { json, native }]) => [key, { json: json === null ? null : canonical(json), native }]);

describe('a snapshot', () => {
  test('of any state, written and read in pieces of any size, gives it back', async () => {
    await fc.assert(
      fc.asyncProperty(headers(), states(), fc.integer({ min: 1, max: 200 }), async (head, state, size) => {
        const bytes = await bytesOf(encodeSnapshot(head, [state]));
        const read = await readSnapshot(inPieces(bytes, size));
        expect(read.header).toEqual(head);
        expect(read.entries).toEqual(asRead(state));
        expect(read.hasNative).toBe(state.some(([, { native }]) => native !== null));
        expect(await readHeader(inPieces(bytes, size))).toEqual(head);
      }),
      { numRuns: 50 },
    );
  });

  test('has the same bytes for the same data, in whatever order and spelling it was stored', async () => {
    await fc.assert(
      fc.asyncProperty(states(), fc.infiniteStream(fc.nat()), async (state, numbers) => {
        const shuffled = state
          .map((entry) => ({ entry, rank: numbers.next().value }))
          .sort((left, right) => left.rank - right.rank)
          .map(({ entry }) => entry);
        const store = new StateStore();
        for (const [key, { json, native }] of shuffled)
          store.set(key, { json: json === null ? null : ` ${json}\n`, native });
        const bytes = await bytesOf(encodeSnapshot(header, store.capture().slices()));
        expect(bytes.equals(await bytesOf(encodeSnapshot(header, [asRead(state)])))).toBe(true);
      }),
    );
  });

  test('restored and taken again is the same file', async () => {
    const bytes = await bytesOf(encodeSnapshot(header, [entries]));
    const read = await readSnapshot(inPieces(bytes));
    const store = new StateStore();
    store.replaceAll(read.entries, { restored: true });
    expect(await bytesOf(encodeSnapshot(read.header, store.capture().slices()))).toEqual(bytes);
  });

  test('is ASCII text with one JSON object per line, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(headers(), states(), async (head, state) => {
        const bytes = await bytesOf(encodeSnapshot(head, [state]));
        const lines = bytes.toString('utf8').split('\n');
        expect(lines).toHaveLength(state.length + 3);
        expect(/^[\x20-\x7e\n]*$/.test(bytes.toString('latin1'))).toBe(true);
        for (const line of lines.slice(0, -1)) expect(typeof JSON.parse(line)).toBe('object');
        expect(lines.at(-1)).toBe('');
      }),
    );
  });
});
