import { expect, test } from 'vitest';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { SharingPolicy } from '../../../src/jets/lending/sharing-policy.ts';
import type { Lendable } from '../../../src/jets/protocol.ts';

const CELL = cellKey('g');
const ITEM = itemKey('p', 'x');
const POOL = { kind: 'pool', pool: 'p' } as const;

let clock = 0;
const policy = (): SharingPolicy => new SharingPolicy({ now: () => clock });

function give(to: SharingPolicy, loans: number, heldMs: number, uses: number, lent: Lendable = CELL): void {
  for (let loan = 0; loan < loans; loan += 1) to.gaveBack(lent, heldMs, uses);
}

test('keys are lent as long as nobody has to wait', () => {
  const fresh = policy();
  expect(fresh.wayOf(CELL)).toBe('key');
  expect(fresh.choose(CELL)).toBe('key');
});

test('a cheap model goes on to borrow however many jets compete', () => {
  const cheap = policy();
  give(cheap, 10_000, 0.4, 300);
  expect(cheap.wayOf(CELL)).toBe('key');
});

test('a model that computes for 5 ms per use gets shared keys after some loans', () => {
  const slow = policy();
  give(slow, 16, 5, 1);
  expect(slow.wayOf(CELL)).toBe('shared');
  expect(slow.choose(CELL)).toBe('shared');
});

test('a single slow loan is forgiven', () => {
  const unlucky = policy();
  give(unlucky, 1, 30, 1);
  give(unlucky, 100, 0.4, 300);
  expect(unlucky.wayOf(CELL)).toBe('key');
});

test('lending is tried again after a while, and each time it loses after twice as long', () => {
  const slow = policy();
  const pauses: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    give(slow, 48, 5, 1);
    const since = clock;
    while (slow.choose(CELL) === 'shared') clock += 1;
    pauses.push(clock - since);
  }
  expect(pauses).toEqual([250, 500, 1000, 2000]);
});

test('a trial ends after a few loans when sharing has proved much better', () => {
  const slow = policy();
  give(slow, 16, 5, 1);
  for (let use = 0; use < 200; use += 1) {
    clock += 1.25;
    if (slow.choose(CELL) === 'key') break;
  }
  expect(slow.wayOf(CELL)).toBe('key');
  give(slow, 3, 5, 1);
  expect(slow.wayOf(CELL)).toBe('key');
  give(slow, 1, 5, 1);
  expect(slow.wayOf(CELL)).toBe('shared');
});

test('when sharing turns out to be slower than lending was, keys stay lent', () => {
  const loaded = policy();
  give(loaded, 48, 5, 10);
  expect(loaded.wayOf(CELL)).toBe('shared');
  // While shared, a use takes 2 ms on this busy machine: more than the 0.5 ms of a lent key.
  while (loaded.choose(CELL) === 'shared') clock += 2;
  give(loaded, 200, 5, 10);
  expect(loaded.wayOf(CELL)).toBe('key');
});

test('when lending is tried again it is tried for all keys', () => {
  const slow = policy();
  for (const cell of ['g', 'h']) {
    for (let loan = 0; loan < 48; loan += 1) slow.gaveBack(cellKey(cell), 5, 1);
    clock += 100;
  }
  expect([slow.choose(CELL), slow.choose(cellKey('h'))]).toEqual(['shared', 'shared']);
  clock += 100;
  expect([slow.choose(CELL), slow.choose(cellKey('h'))]).toEqual(['key', 'key']);
});

test('what is learnt about one cell or pool does not count for another', () => {
  const slow = policy();
  give(slow, 20, 5, 1);
  expect(slow.choose(cellKey('other'))).toBe('key');
});

test('items that are used once per loan change hands together, and then are not given up', () => {
  const many = policy();
  give(many, 48, 0.5, 2, ITEM);
  expect(many.choose(itemKey('p', 'y'))).toBe('pool');
  give(many, 1000, 2, 1500, POOL);
  expect(many.wayOf(ITEM)).toBe('pool');
});

test('items of a model that computes for long are shared, after the pool has been lent as a whole in vain', () => {
  const slow = policy();
  give(slow, 16, 5, 1, ITEM);
  expect(slow.choose(ITEM)).toBe('pool');
  give(slow, 16, 5, 1, POOL);
  expect(slow.choose(ITEM)).toBe('shared');
});

test('a loan of a single item that comes back late says nothing about lending its pool', () => {
  const late = policy();
  give(late, 16, 5, 1, ITEM);
  give(late, 100, 500, 1, ITEM);
  expect(late.wayOf(ITEM)).toBe('pool');
});

test('lending item by item is tried again after a while', () => {
  const many = policy();
  give(many, 48, 0.5, 2, ITEM);
  clock += 250;
  expect(many.choose(ITEM)).toBe('key');
  give(many, 4, 5, 1, ITEM);
  expect(many.choose(ITEM)).toBe('pool');
});

test('a jet that is alone has a pool as a whole from the start, unless one way is set for all keys', () => {
  const fresh = policy();
  expect([fresh.choose(ITEM, true), fresh.choose(CELL, true), fresh.choose(ITEM)]).toEqual(['pool', 'key', 'key']);
  expect(new SharingPolicy({ always: 'key' }).choose(ITEM, true)).toBe('key');
  expect(new SharingPolicy({ always: 'shared' }).choose(ITEM, true)).toBe('shared');
});
