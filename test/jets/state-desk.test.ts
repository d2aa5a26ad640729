import { beforeEach, describe, expect, test } from 'vitest';
import type { Key } from '../../src/core/state/key.ts';
import { cellKey, describeKey, itemKey } from '../../src/core/state/key.ts';
import { StateStore } from '../../src/core/state/store.ts';
import { jsonValue } from '../../src/core/state/value.ts';
import type { Lendable, StateReply, StateRequest } from '../../src/jets/protocol.ts';
import type { VisitorOptions } from '../../src/jets/state-desk.ts';
import { StateDesk } from '../../src/jets/state-desk.ts';

const total = cellKey('total');

let store: StateStore;
let desk: StateDesk;
let overwritten: Key[];
let recalls: string[];

beforeEach(() => {
  store = new StateStore();
  overwritten = [];
  recalls = [];
  desk = new StateDesk({ store, onRestoredOverwritten: (key) => overwritten.push(key) });
  for (const jet of ['a', 'b', 'c']) {
    open(jet);
    desk.begun(jet, false);
  }
});

function open(jet: string, options: Partial<VisitorOptions> = {}): void {
  const recall = (lent: Lendable) => {
    recalls.push(`${jet}: ${lent.kind === 'pool' ? `pool '${lent.pool}'` : describeKey(lent)}`);
  };
  desk.open(jet, { language: 'python', joining: false, recall, ...options });
}

/** The reply, or undefined as long as the jet waits. */
function ask(jet: string, request: Record<string, unknown>): { reply: StateReply | undefined } {
  const answer: { reply: StateReply | undefined } = { reply: undefined };
  desk.handle(jet, { t: 'state', ...request } as StateRequest, (reply) => {
    expect(answer.reply).toBeUndefined();
    answer.reply = reply;
  });
  return answer;
}

describe('plain requests', () => {
  test('a missing key has no value and version 0', () => {
    expect(ask('a', { op: 'get', key: total }).reply).toMatchObject({ value: null, version: 0 });
  });

  test('a compare-and-set with a stale version changes nothing and tells the current value', () => {
    ask('a', { op: 'set', key: total, value: jsonValue('1') });
    ask('b', { op: 'set', key: total, value: jsonValue('2') });
    const { reply } = ask('a', { op: 'cas', key: total, version: 1, value: jsonValue('9') });
    expect(reply).toMatchObject({ stored: false, value: jsonValue('2'), version: 2 });
    expect(store.get(total)?.value).toEqual(jsonValue('2'));
    expect(desk.counts).toEqual({ recalls: 0, waitedMs: 0, conflicts: 1 });
    ask('a', { op: 'cas', key: total, version: 2, value: jsonValue('9') });
    expect(desk.counts.conflicts).toBe(1);
  });

  test('init keeps a value that is there and says what it is', () => {
    expect(ask('a', { op: 'init', key: total, value: jsonValue('1') }).reply).toMatchObject({ stored: true });
    expect(ask('b', { op: 'init', key: total, value: jsonValue('5') }).reply).toMatchObject({
      stored: false,
      value: jsonValue('1'),
    });
  });

  test('keys lists the items of a pool in order', () => {
    for (const item of ['b', 'a']) ask('a', { op: 'set', key: itemKey('p', item), value: jsonValue('1') });
    expect(ask('a', { op: 'keys', pool: 'p' }).reply?.keys).toEqual(['a', 'b']);
  });

  test('an object of another language without a JSON view is refused in words', () => {
    store.set(total, { json: null, native: { language: 'R', data: Buffer.from('x') } });
    expect(ask('a', { op: 'get', key: total }).reply?.error).toEqual({
      code: 'STATE_OPAQUE',
      message: "The value of cell 'total' is an R object that only that language can open",
    });
  });
});

describe('turns', () => {
  test('stores of others wait until the holder has stored, first come first served', () => {
    ask('a', { op: 'set', key: total, value: jsonValue('0') });
    const turn = ask('a', { op: 'turn', key: total });
    expect(turn.reply).toMatchObject({ value: jsonValue('0'), version: 1 });
    const second = ask('b', { op: 'turn', key: total });
    const third = ask('c', { op: 'set', key: total, value: jsonValue('7') });
    expect([second.reply, third.reply]).toEqual([undefined, undefined]);
    ask('a', { op: 'cas', key: total, version: 1, value: jsonValue('1') });
    expect(second.reply).toMatchObject({ value: jsonValue('1'), version: 2 });
    expect(third.reply).toBeUndefined();
    ask('b', { op: 'release', key: total });
    expect(third.reply).toMatchObject({ stored: true });
  });

  test('a jet that is gone holds nothing up', () => {
    ask('a', { op: 'turn', key: total });
    const waiting = ask('b', { op: 'set', key: total, value: jsonValue('1') });
    expect(waiting.reply).toBeUndefined();
    desk.close('a');
    expect(waiting.reply).toMatchObject({ stored: true });
  });

  test('a value set from outside takes its place in the line', async () => {
    ask('a', { op: 'turn', key: total });
    const stored = desk.set(total, jsonValue('9'));
    expect(store.get(total)).toBeUndefined();
    ask('a', { op: 'set', key: total, value: jsonValue('1') });
    await stored;
    expect(store.get(total)?.value).toEqual(jsonValue('9'));
  });
});

describe('begin', () => {
  test('begin of a jet that joins later overwrites and deletes nothing', () => {
    store.set(total, jsonValue('41'));
    open('late', { joining: true });
    expect(ask('late', { op: 'set', key: total, value: jsonValue('0') }).reply).toMatchObject({ stored: false });
    expect(ask('late', { op: 'delete', key: total }).reply).toMatchObject({ stored: false });
    expect(ask('late', { op: 'set', key: cellKey('new'), value: jsonValue('0') }).reply).toMatchObject({
      stored: true,
    });
    desk.begun('late', false);
    ask('late', { op: 'set', key: total, value: jsonValue('42') });
    expect(store.get(total)?.value).toEqual(jsonValue('42'));
  });

  test('the first begin writes through and says when it overwrites a restored value', () => {
    store.replaceAll([[total, jsonValue('6')]], { restored: true });
    open('first');
    ask('first', { op: 'set', key: total, value: jsonValue('0') });
    ask('first', { op: 'set', key: total, value: jsonValue('0') });
    expect(overwritten).toEqual([total]);
    expect(store.get(total)?.value).toEqual(jsonValue('0'));
  });
});

describe('lending', () => {
  beforeEach(() => {
    for (const jet of ['a', 'b', 'c']) desk.begun(jet, true);
  });

  test('a key goes to the first jet that asks for it, with its value', () => {
    store.set(total, jsonValue('5'));
    expect(ask('a', { op: 'get', key: total }).reply).toMatchObject({ value: jsonValue('5'), lent: true });
    expect(desk.standing(total)).toEqual({ lentTo: 'a', lentForMs: expect.any(Number), shared: false, waiting: [] });
  });

  test('a jet that wants a lent key waits until the holder has handed it in', () => {
    ask('a', { op: 'get', key: total });
    const waiting = ask('b', { op: 'get', key: total });
    expect(waiting.reply).toBeUndefined();
    expect(recalls).toEqual(["a: cell 'total'"]);
    expect(desk.standing(total).waiting).toEqual(['b']);
    desk.takeBack('a', [{ key: total, value: jsonValue('7'), uses: 3 }]);
    expect(waiting.reply).toMatchObject({ value: jsonValue('7'), lent: true });
  });

  test('those who wait are served in their order, each with a recall of the one before', () => {
    ask('a', { op: 'get', key: total });
    const [second, third] = [ask('b', { op: 'get', key: total }), ask('c', { op: 'get', key: total })];
    desk.takeBack('a', [{ key: total, value: null, uses: 1 }]);
    expect([second.reply?.lent, third.reply]).toEqual([true, undefined]);
    expect(recalls).toEqual(["a: cell 'total'", "b: cell 'total'"]);
    desk.takeBack('b', [{ key: total, value: null, uses: 1 }]);
    expect(third.reply?.lent).toBe(true);
  });

  test('changes that are handed in are seen at once, and the key stays lent', () => {
    ask('a', { op: 'get', key: total });
    desk.apply('a', [{ key: total, value: jsonValue('3') }]);
    expect(store.get(total)?.value).toEqual(jsonValue('3'));
    expect(desk.standing(total).lentTo).toBe('a');
  });

  test('the keys of a jet that is gone are free, with what it handed in last', () => {
    ask('a', { op: 'get', key: total });
    desk.apply('a', [{ key: total, value: jsonValue('3') }]);
    const waiting = ask('b', { op: 'get', key: total });
    desk.close('a');
    expect(waiting.reply).toMatchObject({ value: jsonValue('3'), lent: true });
  });

  test('a jet that is gone waits for nothing any more', () => {
    ask('a', { op: 'get', key: total });
    const gone = ask('b', { op: 'get', key: total });
    desk.close('b');
    desk.takeBack('a', [{ key: total, value: null, uses: 1 }]);
    expect(gone.reply).toBeUndefined();
    expect(desk.standing(total).lentTo).toBeNull();
  });

  test('nothing is lent to a jet in begin, nor while jets take turns', () => {
    open('late', { joining: true });
    expect(ask('late', { op: 'get', key: total }).reply?.lent).toBeUndefined();
    ask('a', { op: 'turn', key: total });
    expect(ask('b', { op: 'get', key: total }).reply?.lent).toBeUndefined();
  });

  test('a key that was not lent cannot be handed in', () => {
    expect(() => desk.apply('a', [{ key: total, value: jsonValue('1') }])).toThrow('which was not lent to it');
    expect(() => desk.takeBack('a', [{ key: total, value: null, uses: 0 }])).toThrow('which was not lent to it');
  });

  test('keys waits for items that another jet may have made', () => {
    const made = itemKey('p', 'new');
    ask('a', { op: 'get', key: made });
    const listed = ask('b', { op: 'keys', pool: 'p' });
    expect(listed.reply).toBeUndefined();
    desk.takeBack('a', [{ key: made, value: jsonValue('1'), uses: 1 }]);
    expect(listed.reply?.keys).toEqual(['new']);
  });

  test('a jet that is alone gets the pool with its first item, until another one wants an item', () => {
    const [x, y] = [itemKey('p', 'x'), itemKey('p', 'y')];
    store.set(y, jsonValue('2'));
    for (const jet of ['b', 'c']) desk.close(jet);
    const { reply } = ask('a', { op: 'get', key: x });
    expect(reply).toMatchObject({ lent: true, pool: { fresh: true, complete: true, items: [['y', jsonValue('2')]] } });
    desk.apply('a', [{ key: y, value: jsonValue('3') }]);
    open('b');
    desk.begun('b', true);
    const waiting = ask('b', { op: 'get', key: y });
    expect([waiting.reply, recalls]).toEqual([undefined, ["a: pool 'p'"]]);
    desk.takePoolsBack('a', [{ pool: 'p', uses: 2, forgotten: false }]);
    expect(waiting.reply).toEqual({ t: 'reply', value: jsonValue('3'), version: 2, lent: true });
  });

  test('a value set from outside waits for the holder and wins over what it hands in', async () => {
    ask('a', { op: 'get', key: total });
    const stored = desk.set(total, jsonValue('100'));
    desk.takeBack('a', [{ key: total, value: jsonValue('7'), uses: 1 }]);
    await stored;
    expect(store.get(total)?.value).toEqual(jsonValue('100'));
  });
});
