import { describe, expect, test } from 'vitest';
import type { Capture } from '../../../src/core/state/capture.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { USUAL_PACKING } from '../../../src/core/state/packing.ts';
import { entriesOf } from '../../../src/core/state/part.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { packedIn } from './packed-in.ts';

const value = (n: number) => jsonValue(`${n}`);

async function collect(capture: Capture): Promise<{ entries: Entry[]; longest: number }> {
  const entries: Entry[] = [];
  let longest = 0;
  for await (const slice of capture.slices()) {
    entries.push(...entriesOf(slice));
    longest = Math.max(longest, slice.length);
  }
  return { entries, longest };
}

describe('a capture', () => {
  test('in slices holds the same as in one go', async () => {
    const store = new StateStore();
    for (let n = 0; n < 3_000; n++) store.set(n % 3 === 0 ? cellKey(`c${n}`) : itemKey(`p${n % 7}`, `i${n}`), value(n));
    const capture = store.capture();
    const { entries, longest } = await collect(capture);
    expect(entries).toEqual([...capture.entries()]);
    expect(entries).toHaveLength(3_000);
    expect(longest).toBeLessThanOrEqual(256);
  });

  test.each([
    ['of many keys', 0, 80],
    ['of many keys in lines', 1_000, 8],
  ])(
    '%s stays what it was while others store, delete and make keys between its slices',
    async (_, lines, fewestTurns) => {
      const store = new StateStore();
      const size = 20_000;
      const stored = Array.from({ length: size }, (_, n): Entry => [itemKey('p', `i${n}`), value(n)]);
      store.replaceAll(packedIn(stored, lines), { restored: true });
      const capture = store.capture();
      const expected = [...capture.entries()];
      let turns = 0;
      let reading = true;
      const disturb = () => {
        for (let n = 0; n < 50; n++) {
          const at = (turns * 50 + n) * 7_919;
          store.set(itemKey('p', `i${at % size}`), value(-1));
          store.delete(itemKey('p', `i${(at * 31) % size}`));
          store.set(itemKey('p', `new${at}`), value(-2));
          if (n % 2 === 0) store.set(itemKey('p', `i${(at * 31) % size}`), value(-3));
        }
        turns++;
        if (reading) setImmediate(disturb);
      };
      disturb();
      const { entries } = await collect(capture);
      reading = false;
      expect(entries).toEqual(expected);
      expect(turns, 'the event loop turned while names were sorted and entries given out').toBeGreaterThan(fewestTurns);
    },
  );

  test('of a pool that is emptied while it is being walked still has all its items', () => {
    const store = new StateStore();
    const items = ['a', 'b', 'c', 'd'];
    for (const item of items) store.set(itemKey('p', item), value(1));
    store.set(cellKey('first'), value(0));
    const capture = store.capture();
    const reading = capture.entries()[Symbol.iterator]();
    const read: unknown[] = [reading.next().value, reading.next().value];
    for (const item of items) store.delete(itemKey('p', item));
    store.set(itemKey('p', 'c'), value(2));
    for (let next = reading.next(); !next.done; next = reading.next()) read.push(next.value);
    expect(read).toEqual([[cellKey('first'), value(0)], ...items.map((item) => [itemKey('p', item), value(1)])]);
  });

  test('outlives a restore', () => {
    const store = new StateStore();
    store.set(cellKey('a'), value(1));
    const capture = store.capture();
    store.replaceAll([[cellKey('a'), value(2)]], { restored: true });
    store.set(cellKey('a'), value(3));
    store.clear();
    expect([...capture.entries()]).toEqual([[cellKey('a'), value(1)]]);
    capture.release();
  });

  test('that is released in the middle of a reading fails instead of ending early', async () => {
    const store = new StateStore();
    for (let n = 0; n < 1_000; n++) store.set(itemKey(`p${n}`, 'x'), value(n));
    const capture = store.capture();
    const reading = async () => {
      for await (const _ of capture.slices()) capture.release();
    };
    await expect(reading()).rejects.toThrow('released while it was being read');
    capture.release();
    expect(() => [...capture.entries()]).toThrow('released');
  });

  test('is taken and kept up with the same work, however many keys there are', () => {
    const [few, many] = [storeOf(10), storeOf(50_000)];
    expect(workOf(() => few.capture())).toEqual(workOf(() => many.capture()));
    expect(workOf(() => few.set(itemKey('p', 'i1'), value(-1)))).toEqual(
      workOf(() => many.set(itemKey('p', 'i1'), value(-1))),
    );
    expect(workOf(() => many.capture())).not.toEqual(workOf(() => [...many.capture().entries()]));
  });
});

/** Without packing, which store after store does a bit of what has become much. */
function storeOf(size: number): StateStore {
  const store = new StateStore({ packing: { ...USUAL_PACKING, fewest: Number.POSITIVE_INFINITY } });
  for (let n = 0; n < size; n++) {
    store.set(cellKey(`c${n}`), value(n));
    store.set(itemKey('p', `i${n}`), value(n));
  }
  return store;
}

/** Calls of methods of maps, arrays and iterators while `action` runs: whatever looks at keys goes through them. */
function workOf(action: () => void): Record<string, number> {
  const iterators = [new Map().keys(), [].values()].map((iterator) => Object.getPrototypeOf(iterator) as object);
  const prototypes = [Map.prototype, Array.prototype, ...iterators];
  const counts: Record<string, number> = {};
  const restore: (() => void)[] = [];
  prototypes.forEach((prototype, at) => {
    for (const name of Reflect.ownKeys(prototype)) {
      const before = Reflect.getOwnPropertyDescriptor(prototype, name);
      if (name === 'constructor' || before === undefined || typeof before.value !== 'function') continue;
      const label = `${at}.${String(name)}`;
      const method = before.value as (...args: unknown[]) => unknown;
      const counting = function (this: unknown, ...args: unknown[]): unknown {
        counts[label] = (counts[label] ?? 0) + 1;
        return Reflect.apply(method, this, args);
      };
      restore.push(() => Object.defineProperty(prototype, name, before));
      Object.defineProperty(prototype, name, { ...before, value: counting });
    }
  });
  try {
    action();
  } finally {
    for (const undo of restore) undo();
  }
  return counts;
}
