import { expect, test } from 'vitest';
import type { Batching } from '../../src/streams/batching.ts';
import { RecordSetQueue } from '../../src/streams/record-set-queue.ts';
import { positionOf, shown, textRun } from './runs.ts';

test('a record set is exactly Watermark records when nothing else ends it', () => {
  const { queue, all } = create({ watermark: 2, nagleTimeMs: null });
  queue.addRun(textRun(['a']));
  queue.addRun(textRun(['b', 'c', 'd', 'e'], 1));
  queue.settle();
  expect(all()).toEqual([
    [['a', 'b'], 2],
    [['c', 'd'], 4],
  ]);
  queue.addEof(null);
  expect(all()).toEqual([[['e'], 5], 'eof']);
});

test('explicit batching waits for set, pig or the end', () => {
  const { queue, all } = create({ watermark: null, nagleTimeMs: null });
  queue.addRun(textRun(['a', 'b']));
  queue.settle();
  expect(all()).toEqual([]);
  queue.addControl({ kind: 'set' }, 3);
  queue.addRun(textRun(['c'], 3));
  queue.addControl({ kind: 'pig' }, 5);
  queue.addRun(textRun(['d'], 5));
  queue.addEof({ kind: 'end' });
  expect(all()).toEqual([[['a', 'b'], 3], [['c'], 4], 'pig', [['d'], 6], 'eof']);
});

test('a set with nothing before it closes an empty record set', () => {
  const { queue, all } = create({ watermark: null, nagleTimeMs: null });
  queue.addControl({ kind: 'set' }, 1);
  queue.addRun(textRun(['a'], 1));
  queue.addControl({ kind: 'set' }, 3);
  queue.addControl({ kind: 'set' }, 4);
  queue.addEof(null);
  expect(all()).toEqual(['set', [['a'], 3], 'set', 'eof']);
});

test("a sender's set after a record set that Watermark has closed closes nothing more", () => {
  const { queue, all } = create({ watermark: 2, nagleTimeMs: null });
  queue.addRun(textRun(['a', 'b']));
  queue.addControl({ kind: 'set' }, 3);
  expect(all()).toEqual([[['a', 'b'], 2]]);
});

test('NagleTime counts from the first record, and the time that is over makes the set takeable', () => {
  const { queue, all, timers, announced } = create({ watermark: 3, nagleTimeMs: 500 });
  queue.addRun(textRun(['a']));
  queue.addRun(textRun(['b'], 1));
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([500]);
  expect(all()).toEqual([]);
  timers[0]!.run();
  expect(announced()).toBe(1);
  expect(all()).toEqual([[['a', 'b'], 2]]);
});

test('a record set that is full takes its timer back; the next one has its own', () => {
  const { queue, all, timers } = create({ watermark: 2, nagleTimeMs: 500 });
  queue.addRun(textRun(['a', 'b', 'c']));
  expect(timers.map(({ isCancelled }) => isCancelled)).toEqual([true, false]);
  expect(all()).toEqual([[['a', 'b'], 2]]);
  queue.clear();
  expect(timers.every(({ isCancelled }) => isCancelled)).toBe(true);
});

test('with NagleTime 0 a record set is what is there at once', () => {
  const { queue, all, timers } = create({ watermark: null, nagleTimeMs: 0 });
  queue.addRun(textRun(['a']));
  queue.addRun(textRun(['b'], 1));
  queue.settle();
  queue.settle();
  expect(all()).toEqual([[['a', 'b'], 2]]);
  expect(timers).toEqual([]);
});

test('the bytes of record sets that wait are counted', () => {
  const { queue, all } = create({ watermark: 2, nagleTimeMs: null });
  queue.addRun(textRun(['aa', 'bb', 'cc']));
  expect(queue.bytes).toBe(4);
  all();
  expect(queue.bytes).toBe(0);
});

interface FakeTimer {
  readonly run: () => void;
  readonly delayMs: number;
  isCancelled: boolean;
}

function create(batching: Batching) {
  const timers: FakeTimer[] = [];
  let announcements = 0;
  const queue = new RecordSetQueue({
    form: 'text',
    batching,
    positionOf,
    setTimer: (run, delayMs) => {
      const timer = { run, delayMs, isCancelled: false };
      timers.push(timer);
      return () => {
        timer.isCancelled = true;
      };
    },
    onTimer: () => {
      announcements += 1;
    },
  });
  const all = (): unknown[] => {
    const items: unknown[] = [];
    while (queue.takeable) items.push(shown(queue.take()));
    return items;
  };
  return { queue, all, timers, announced: () => announcements };
}
