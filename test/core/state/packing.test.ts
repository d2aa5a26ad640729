import { describe, expect, test } from 'vitest';
import { itemKey } from '../../../src/core/state/key.ts';
import { USUAL_PACKING } from '../../../src/core/state/packing.ts';
import { isPacked } from '../../../src/core/state/part.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { jsonValue } from '../../../src/core/state/value.ts';

const PACKING = { fewest: 100, mostLines: 64, storesPerStep: 2 };
const key = (n: number) => itemKey('p', `item-${n}`);

function filled(size: number, packing = PACKING): StateStore {
  const store = new StateStore({ packing });
  for (let n = 0; n < size; n++) store.set(key((n * 7_919) % size), jsonValue(`${n}`));
  return store;
}

function packedShare(store: StateStore): number {
  const capture = store.capture();
  let [packed, all] = [0, 0];
  for (const part of capture.parts()) {
    const count = isPacked(part) ? part.count : 1;
    all += count;
    if (isPacked(part)) packed += count;
  }
  capture.release();
  return packed / all;
}

describe('a large table', () => {
  test('becomes lines while it is stored key by key, in no order', () => {
    expect(packedShare(filled(10_007))).toBeGreaterThan(0.7);
    expect(packedShare(filled(90))).toBe(0);
  });

  test('keeps as objects what is stored all the time', () => {
    const store = filled(1_000);
    for (let round = 0; round < 400; round++) {
      for (let hot = 0; hot < 5; hot++) store.set(key(hot), jsonValue(`${round}`));
      store.set(itemKey('p', `new-${round}`), jsonValue('0'));
    }
    const capture = store.capture();
    const objects = [...capture.parts()].flatMap((part) => (isPacked(part) ? [] : [part[0]]));
    capture.release();
    for (let hot = 0; hot < 5; hot++) expect(objects).toContainEqual(key(hot));
  });

  test('is not packed under a capture', () => {
    const store = filled(90);
    const capture = store.capture();
    for (let n = 90; n < 2_000; n++) store.set(key(n), jsonValue('0'));
    expect(packedShare(store)).toBe(0);
    capture.release();
    for (let n = 2_000; n < 3_000; n++) store.set(key(n), jsonValue('0'));
    expect(packedShare(store)).toBeGreaterThan(0.3);
  });

  test('does not try again and again what cannot be a line', () => {
    const store = new StateStore({ packing: PACKING });
    let looks = 0;
    const value = {
      native: null,
      get json() {
        looks++;
        return '"\\u20ac"';
      },
    };
    for (let n = 0; n < 5_000; n++) store.set(key(n), value);
    expect(packedShare(store)).toBe(0);
    expect(looks).toBeLessThan(20_000);
  });

  test('is packed in the sizes that are usual', () => {
    expect(packedShare(filled(100_003, USUAL_PACKING))).toBeGreaterThan(0.6);
  });
});
