import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_BYTES, PromptQueue } from '../../src/streams/prompt-queue.ts';
import type { InputItem } from '../../src/streams/types.ts';
import { textsOf } from './read-all.ts';
import { positionOf, shown, textRun } from './runs.ts';

test('what is there is handed over at once, up to the limit, small runs joined', () => {
  const queue = create();
  expect(queue.take(10)).toBeUndefined();
  queue.addRun(textRun(['a', 'b']));
  queue.addRun(textRun(['c', 'd'], 2));
  expect(shown(queue.take(3))).toEqual([['a', 'b', 'c'], 3]);
  expect(shown(queue.take(3))).toEqual([['d'], 4]);
  expect(queue.take(3)).toBeUndefined();
});

test('Watermark bounds a batch whatever the limit', () => {
  const queue = create(2);
  queue.addRun(textRun(['a', 'b', 'c']));
  expect(shown(queue.take(100))).toEqual([['a', 'b'], 2]);
  expect(shown(queue.take(100))).toEqual([['c'], 3]);
});

test('a limit below one still gives a record', () => {
  const queue = create();
  queue.addRun(textRun(['a', 'b']));
  expect(shown(queue.take(0))).toEqual([['a'], 1]);
});

test('set, pig, the start of another pass and the end are borders of batches', () => {
  const queue = create();
  queue.addRun(textRun(['a']));
  queue.addControl({ kind: 'set' }, 0);
  queue.addControl({ kind: 'set' }, 0);
  queue.addRun(textRun(['b'], 1));
  queue.addControl({ kind: 'pig' }, 0);
  queue.addRun(textRun(['c'], 2));
  queue.addLoop();
  queue.addRun(textRun(['a']));
  queue.addEof(null);
  const items = [1, 2, 3, 4, 5, 6, 7].map(() => shown(queue.take(10)));
  expect(items).toEqual([[['a'], 1], [['b'], 2], 'pig', [['c'], 3], [['a'], 1], 'eof', undefined]);
});

test('a batch has a bounded size, but at least one record', () => {
  const queue = create();
  const large = 'x'.repeat(BATCH_BYTES / 2 - 1);
  queue.addRun(textRun([large, large, 'y', 'x'.repeat(2 * BATCH_BYTES), 'z']));
  const sizes = [1, 2, 3].map(() => {
    const item = queue.take(100);
    return item?.kind === 'batch' ? textsOf(item.records).map(({ length }) => length) : null;
  });
  expect(sizes).toEqual([[large.length, large.length, 1], [2 * BATCH_BYTES], [1]]);
});

test('one run gives batches that share its memory', () => {
  const queue = create();
  const run = textRun(['a', 'b', 'c']);
  queue.addRun(run);
  const item = queue.take(2);
  expect(item?.kind === 'batch' && item.records.data.buffer === run.data.buffer).toBe(true);
});

test('nothing is lost, doubled or moved, and the bytes held go back to zero', () => {
  const step = fc.oneof(
    fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
    fc.constantFrom('set', 'pig', 'loop', 'take', 'take'),
  );
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 5 }), fc.nat(6), (steps, watermark, limit) => {
      const queue = create(watermark);
      const given: string[] = [];
      const taken: string[] = [];
      const note = (item: InputItem | undefined): void => {
        if (item?.kind === 'control') taken.push('pig!');
        if (item?.kind !== 'batch') return;
        expect(item.records.count).toBeLessThanOrEqual(Math.min(Math.max(1, limit), watermark));
        taken.push(...textsOf(item.records));
      };
      for (const what of steps) {
        if (what === 'take') note(queue.take(limit));
        else if (what === 'loop') queue.addLoop();
        else if (what === 'set') queue.addControl({ kind: 'set' }, 0);
        else if (what === 'pig') {
          queue.addControl({ kind: 'pig' }, 0);
          given.push('pig!');
        } else if (Array.isArray(what)) {
          queue.addRun(textRun(what));
          given.push(...what);
        }
      }
      while (queue.takeable) note(queue.take(limit));
      expect(taken).toEqual(given);
      expect(queue.bytes).toBe(0);
    }),
  );
});

function create(watermark: number | null = null): PromptQueue {
  return new PromptQueue({ form: 'text', watermark, positionOf });
}
