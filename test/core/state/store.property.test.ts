import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capture } from '../../../src/core/state/capture.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import type { Key } from '../../../src/core/state/key.ts';
import { cellKey, compareKeys, itemKey, keyId } from '../../../src/core/state/key.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { packedIn } from './packed-in.ts';

const names = fc.constantFrom('a', 'b', 'c', '__proto__', '');
const keys = fc.oneof(
  names.map(cellKey),
  fc.tuple(names, names).map(([pool, item]) => itemKey(pool, item)),
);
const values = fc.oneof(
  { weight: 8, arbitrary: fc.nat(99).map((n) => jsonValue(`${n}`)) },
  fc.constantFrom(jsonValue('"\\u20ac"'), { json: '[1]', native: { language: 'R' as const, data: Buffer.from([7]) } }),
);

/** As a verified snapshot has them. */
const distinct = fc.uniqueArray(
  fc.tuple(
    keys,
    fc.nat(99).map((n) => jsonValue(`${n}`)),
  ),
  { maxLength: 12, selector: ([key]) => keyId(key) },
);

type Command =
  | { readonly do: 'set' | 'init' | 'delete'; readonly key: Key; readonly value: StateValue }
  | { readonly do: 'cas'; readonly key: Key; readonly value: StateValue; readonly stale: boolean }
  | { readonly do: 'capture' | 'read' | 'release' | 'clear'; readonly at: number }
  | { readonly do: 'replaceAll'; readonly entries: readonly (readonly [Key, StateValue])[]; readonly packs: number };

const commands = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('set', 'init', 'delete'), key: keys, value: values }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('cas'), key: keys, value: values, stale: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('capture', 'read', 'release', 'release'), at: fc.nat(9) }),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.record({ do: fc.constant('clear'), at: fc.constant(0) }),
        fc.record({ do: fc.constant('replaceAll'), entries: distinct, packs: fc.nat(3) }),
      ),
    },
  ) as fc.Arbitrary<Command>,
  { maxLength: 80, size: 'max' },
);

/** What the store should hold: the simplest thing that could be right. */
class Reference {
  readonly entries = new Map<string, Entry>();
  readonly lastVersions = new Map<string, number>();

  sorted(): Entry[] {
    return [...this.entries.values()].sort(([left], [right]) => compareKeys(left, right));
  }

  readonly lastTimes = new Map<string, number>();

  readonly restored = new Set<string>();

  /** @param at the time of the store */
  stored(key: Key, value: StateValue, version: number, at: number, isRestored = false): void {
    expect(version, 'a version is never used again').toBeGreaterThan(this.lastVersions.get(keyId(key)) ?? 0);
    this.lastVersions.set(keyId(key), version);
    this.lastTimes.set(keyId(key), at);
    if (isRestored) this.restored.add(keyId(key));
    else this.restored.delete(keyId(key));
    this.entries.set(keyId(key), [key, value]);
  }
}

interface OpenCapture {
  readonly capture: Capture;
  readonly expected: Entry[];
  /** A reading under way, and how far it came. */
  reading: Iterator<Entry>;
  taken: number;
}

const packings = fc.record({
  fewest: fc.constantFrom(1, 1, 2, 4, 1_000),
  mostLines: fc.integer({ min: 1, max: 4 }),
  storesPerStep: fc.constantFrom(1, 1, 1, 3),
});

test('the store and its captures do what a plain map and copies of it do', () => {
  fc.assert(
    fc.property(commands, packings, fc.integer({ min: 1, max: 3 }), (sequence, packing, sliceLength) => {
      let now = 1_800_000_000_000;
      const store = new StateStore({ packing, now: () => ++now, sliceLength });
      const reference = new Reference();
      const captures: OpenCapture[] = [];
      for (const command of sequence) run(command, store, reference, captures, () => now);
      for (const open of captures) {
        readOn(open, Number.POSITIVE_INFINITY);
        expect([...open.capture.entries()]).toEqual(open.expected);
      }
      checkContent(store, reference);
    }),
    { numRuns: 300 },
  );
});

function run(
  command: Command,
  store: StateStore,
  reference: Reference,
  captures: OpenCapture[],
  now: () => number,
): void {
  switch (command.do) {
    case 'set':
      reference.stored(command.key, command.value, store.set(command.key, command.value), now());
      break;
    case 'init': {
      const present = reference.entries.get(keyId(command.key));
      const result = store.init(command.key, command.value);
      expect(result.stored).toBe(present === undefined);
      if (result.stored) reference.stored(command.key, command.value, result.version, now());
      else
        expect(result).toMatchObject({ value: present?.[1], version: reference.lastVersions.get(keyId(command.key)) });
      break;
    }
    case 'cas': {
      const version = store.get(command.key)?.version ?? 0;
      const result = store.compareAndSet(command.key, version + (command.stale ? 1 : 0), command.value);
      expect(result.stored).toBe(!command.stale);
      if (result.stored) reference.stored(command.key, command.value, result.version, now());
      else expect(result.current).toEqual(store.get(command.key));
      break;
    }
    case 'delete':
      expect(store.delete(command.key)).toBe(reference.entries.delete(keyId(command.key)));
      break;
    case 'capture': {
      const capture = store.capture();
      captures.push({ capture, expected: reference.sorted(), reading: capture.entries()[Symbol.iterator](), taken: 0 });
      expect(capture.count).toBe(reference.entries.size);
      break;
    }
    case 'read': {
      const open = captures[command.at % Math.max(captures.length, 1)];
      if (open !== undefined) readOn(open, command.at);
      break;
    }
    case 'release':
      captures.splice(command.at % Math.max(captures.length, 1), 1)[0]?.capture.release();
      break;
    case 'clear':
      store.clear();
      reference.entries.clear();
      break;
    case 'replaceAll':
      store.replaceAll(packedIn(command.entries, command.packs), { restored: true });
      reference.entries.clear();
      for (const [key, value] of command.entries) reference.entries.set(keyId(key), [key, value]);
      for (const [key] of reference.entries.values()) {
        const { value, version = 0 } = store.get(key) ?? {};
        if (value !== undefined) reference.stored(key, value, version, now(), true);
      }
      break;
  }
}

/** Takes up to `count` more entries of a reading that goes on while the store changes. */
function readOn(open: OpenCapture, count: number): void {
  for (let left = count; left > 0; left--) {
    const next = open.reading.next();
    if (next.done) {
      expect(open.taken).toBe(open.expected.length);
      return;
    }
    expect(next.value).toEqual(open.expected[open.taken]);
    open.taken++;
  }
}

function checkContent(store: StateStore, reference: Reference): void {
  const capture = store.capture();
  expect([...capture.entries()]).toEqual(reference.sorted());
  capture.release();
  for (const [id, [key, value]] of reference.entries) {
    const [version, updatedAt] = [reference.lastVersions.get(id), reference.lastTimes.get(id)];
    expect(store.get(key)).toMatchObject({ value, version, updatedAt, restored: reference.restored.has(id) });
  }
  const pools = new Map<string, string[]>();
  for (const [key] of reference.sorted()) {
    if (key.kind === 'item') pools.set(key.pool, [...(pools.get(key.pool) ?? []), key.item]);
  }
  expect(store.pools()).toEqual([...pools.keys()]);
  for (const [pool, items] of pools) {
    expect(store.keys(pool)).toEqual(items);
    expect(store.size(pool)).toBe(items.length);
  }
  const itemCount = [...pools.values()].flat().length;
  const cellCount = reference.entries.size - itemCount;
  expect(store.counts).toEqual({ cells: cellCount, pools: pools.size, items: itemCount });
  expect([...store.cells()]).toHaveLength(cellCount);
}
