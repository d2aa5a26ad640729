import { expect, test } from 'vitest';
import { SharingPolicy } from '../../../src/jets/lending/sharing-policy.ts';

let clock = 0;
const policy = (): SharingPolicy => new SharingPolicy(() => clock);

function give(to: SharingPolicy, loans: number, heldMs: number, uses: number): void {
  for (let loan = 0; loan < loans; loan += 1) to.gaveBack('g', heldMs, uses);
}

test('keys are lent as long as nobody has to wait', () => {
  const fresh = policy();
  expect(fresh.isShared('g')).toBe(false);
  expect(fresh.shallLend('g')).toBe(true);
});

test('a cheap model goes on to borrow however many jets compete', () => {
  const cheap = policy();
  give(cheap, 10_000, 0.4, 300);
  expect(cheap.isShared('g')).toBe(false);
});

test('a model that computes for 5 ms per use gets shared keys after some loans', () => {
  const slow = policy();
  give(slow, 16, 5, 1);
  expect(slow.isShared('g')).toBe(true);
  expect(slow.shallLend('g')).toBe(false);
});

test('a single slow loan is forgiven', () => {
  const unlucky = policy();
  give(unlucky, 1, 30, 1);
  give(unlucky, 100, 0.4, 300);
  expect(unlucky.isShared('g')).toBe(false);
});

test('lending is tried again after a while, and each time it loses after twice as long', () => {
  const slow = policy();
  const pauses: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    give(slow, 48, 5, 1);
    const since = clock;
    while (!slow.shallLend('g')) clock += 1;
    pauses.push(clock - since);
  }
  expect(pauses).toEqual([250, 500, 1000, 2000]);
});

test('a trial ends after a few loans when sharing has proved much better', () => {
  const slow = policy();
  give(slow, 16, 5, 1);
  for (let use = 0; use < 200; use += 1) {
    clock += 1.25;
    if (slow.shallLend('g')) break;
  }
  expect(slow.isShared('g')).toBe(false);
  give(slow, 3, 5, 1);
  expect(slow.isShared('g')).toBe(false);
  give(slow, 1, 5, 1);
  expect(slow.isShared('g')).toBe(true);
});

test('when sharing turns out to be slower than lending was, keys stay lent', () => {
  const loaded = policy();
  give(loaded, 48, 5, 10);
  expect(loaded.isShared('g')).toBe(true);
  // While shared, a use takes 2 ms on this busy machine: more than the 0.5 ms of a lent key.
  while (!loaded.shallLend('g')) clock += 2;
  give(loaded, 200, 5, 10);
  expect(loaded.isShared('g')).toBe(false);
});

test('when lending is tried again it is tried for all keys', () => {
  const slow = policy();
  for (const group of ['g', 'h']) {
    for (let loan = 0; loan < 48; loan += 1) slow.gaveBack(group, 5, 1);
    clock += 100;
  }
  expect([slow.shallLend('g'), slow.shallLend('h')]).toEqual([false, false]);
  clock += 100;
  expect([slow.shallLend('g'), slow.shallLend('h')]).toEqual([true, true]);
});

test('what is learnt about one cell or pool does not count for another', () => {
  const slow = policy();
  give(slow, 20, 5, 1);
  expect(slow.shallLend('other')).toBe(true);
});
