import { describe, expect, test } from 'vitest';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { jsonValue } from '../../../src/core/state/value.ts';

const total = cellKey('total');
const [one, two, three] = [jsonValue('1'), jsonValue('2'), jsonValue('3')];

describe('the state store', () => {
  test('keeps the last value with its version and time', () => {
    let now = 1000;
    const store = new StateStore({ now: () => now });
    expect(store.get(total)).toBeUndefined();
    expect(store.set(total, one)).toBe(1);
    now = 2000;
    expect(store.set(total, two)).toBe(2);
    expect(store.get(total)).toEqual({ value: two, version: 2, updatedAt: 2000, restored: false });
  });

  test('keeps cells, pools and items of the same name apart', () => {
    const store = new StateStore();
    store.set(cellKey('a'), one);
    store.set(itemKey('a', 'a'), two);
    store.set(itemKey('b', 'a'), three);
    expect(store.get(cellKey('a'))?.value).toEqual(one);
    expect(store.get(itemKey('a', 'a'))?.value).toEqual(two);
    expect(store.get(itemKey('b', 'a'))?.value).toEqual(three);
    expect(store.counts).toEqual({ cells: 1, pools: 2, items: 2 });
  });

  test.each(['__proto__', 'constructor', '', 'a\0b', '\ud800'])('takes the name %j like any other', (name) => {
    const store = new StateStore();
    expect(store.get(cellKey(name))).toBeUndefined();
    expect(store.keys(name)).toEqual([]);
    store.set(cellKey(name), one);
    store.set(itemKey(name, name), two);
    expect(store.get(cellKey(name))?.value).toEqual(one);
    expect(store.keys(name)).toEqual([name]);
    expect(store.delete(itemKey(name, name))).toBe(true);
    expect(store.pools()).toEqual([]);
  });

  test('init stores only what is missing', () => {
    const store = new StateStore();
    expect(store.init(total, one)).toEqual({ stored: true, value: one, version: 1 });
    expect(store.init(total, two)).toEqual({ stored: false, value: one, version: 1 });
  });

  test('compare and set stores only over the version it was told', () => {
    const store = new StateStore();
    expect(store.compareAndSet(total, 1, one)).toEqual({ stored: false, current: undefined });
    expect(store.compareAndSet(total, 0, one)).toEqual({ stored: true, version: 1 });
    expect(store.compareAndSet(total, 0, two)).toMatchObject({ stored: false, current: { value: one, version: 1 } });
    expect(store.compareAndSet(total, 1, two)).toEqual({ stored: true, version: 2 });
  });

  test('compare and set is not fooled by a key that was deleted and made again', () => {
    const store = new StateStore();
    store.set(total, one);
    store.delete(total);
    store.set(total, one);
    expect(store.compareAndSet(total, 1, two)).toMatchObject({ stored: false, current: { version: 2 } });
    store.clear();
    store.set(total, one);
    expect(store.compareAndSet(total, 1, two).stored).toBe(false);
    expect(store.compareAndSet(total, 2, two).stored).toBe(false);
    store.replaceAll([[total, three]], { restored: true });
    expect(store.get(total)?.version).toBe(4);
  });

  test('versions begin with 1 for keys made before anything was deleted', () => {
    const store = new StateStore();
    store.set(total, one);
    store.set(total, two);
    expect(store.set(cellKey('other'), one)).toBe(1);
  });

  test('a pool goes with its last item', () => {
    const store = new StateStore();
    store.set(itemKey('p', 'b'), one);
    store.set(itemKey('p', 'a'), one);
    expect(store.keys('p')).toEqual(['a', 'b']);
    expect(store.size('p')).toBe(2);
    expect(store.delete(itemKey('p', 'a'))).toBe(true);
    expect(store.delete(itemKey('p', 'a'))).toBe(false);
    expect(store.delete(itemKey('q', 'a'))).toBe(false);
    expect(store.pools()).toEqual(['p']);
    store.delete(itemKey('p', 'b'));
    expect(store.pools()).toEqual([]);
    expect(store.size('p')).toBe(0);
    expect(store.counts).toEqual({ cells: 0, pools: 0, items: 0 });
  });

  test('lists cells and items in order', () => {
    const store = new StateStore();
    for (const name of ['b', 'a', 'é', 'B']) {
      store.set(cellKey(name), one);
      store.set(itemKey('p', name), two);
    }
    expect([...store.cells()].map(([key]) => key)).toEqual(['B', 'a', 'b', 'é'].map(cellKey));
    expect([...store.items('p')].map(([key]) => key)).toEqual(['B', 'a', 'b', 'é'].map((item) => itemKey('p', item)));
    expect([...store.items('p')][0]?.[1]).toMatchObject({ value: two, version: 1 });
  });

  test('a restore replaces everything, and restored values are known until they are stored again', () => {
    const store = new StateStore();
    store.set(cellKey('old'), one);
    store.replaceAll(
      [
        [total, two],
        [itemKey('p', 'x'), three],
      ],
      { restored: true },
    );
    expect(store.get(cellKey('old'))).toBeUndefined();
    expect(store.counts).toEqual({ cells: 1, pools: 1, items: 1 });
    expect(store.get(total)?.restored).toBe(true);
    store.set(total, one);
    expect(store.get(total)?.restored).toBe(false);
    expect(store.get(itemKey('p', 'x'))?.restored).toBe(true);
    store.replaceAll([[total, two]], { restored: false });
    expect(store.get(total)?.restored).toBe(false);
  });
});
