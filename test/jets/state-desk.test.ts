import { beforeEach, describe, expect, test } from 'vitest';
import type { Key } from '../../src/core/state/key.ts';
import { cellKey, itemKey } from '../../src/core/state/key.ts';
import { StateStore } from '../../src/core/state/store.ts';
import { jsonValue } from '../../src/core/state/value.ts';
import type { StateReply, StateRequest } from '../../src/jets/protocol.ts';
import { StateDesk } from '../../src/jets/state-desk.ts';

const total = cellKey('total');

let store: StateStore;
let desk: StateDesk;
let overwritten: Key[];

beforeEach(() => {
  store = new StateStore();
  overwritten = [];
  desk = new StateDesk({ store, onRestoredOverwritten: (key) => overwritten.push(key) });
  for (const jet of ['a', 'b', 'c']) {
    desk.open(jet, { language: 'python', joining: false });
    desk.begun(jet);
  }
});

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
    desk.open('late', { language: 'python', joining: true });
    expect(ask('late', { op: 'set', key: total, value: jsonValue('0') }).reply).toMatchObject({ stored: false });
    expect(ask('late', { op: 'delete', key: total }).reply).toMatchObject({ stored: false });
    expect(ask('late', { op: 'set', key: cellKey('new'), value: jsonValue('0') }).reply).toMatchObject({
      stored: true,
    });
    desk.begun('late');
    ask('late', { op: 'set', key: total, value: jsonValue('42') });
    expect(store.get(total)?.value).toEqual(jsonValue('42'));
  });

  test('the first begin writes through and says when it overwrites a restored value', () => {
    store.replaceAll([[total, jsonValue('6')]], { restored: true });
    desk.open('first', { language: 'python', joining: false });
    ask('first', { op: 'set', key: total, value: jsonValue('0') });
    ask('first', { op: 'set', key: total, value: jsonValue('0') });
    expect(overwritten).toEqual([total]);
    expect(store.get(total)?.value).toEqual(jsonValue('0'));
  });
});
