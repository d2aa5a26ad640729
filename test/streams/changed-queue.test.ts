import { expect, test } from 'vitest';
import type { ItemQueue } from '../../src/streams/item-queue.ts';
import { PromptQueue } from '../../src/streams/prompt-queue.ts';
import { RecordSetQueue } from '../../src/streams/record-set-queue.ts';
import { positionOf, shown, textRun } from './runs.ts';

test('what a slot without record sets has not taken yet is divided into sets when it gets a model with them', () => {
  const prompt = createPrompt();
  prompt.addRun(textRun(['a', 'b', 'c']));
  prompt.addControl({ kind: 'set' }, 4);
  prompt.addRun(textRun(['d'], 4));
  prompt.addControl({ kind: 'pig' }, 6);
  prompt.addEof(null);
  expect(shown(prompt.take(1))).toEqual([['a'], 1]);
  const sets = createSets();
  prompt.moveTo(sets);
  expect(all(prompt)).toEqual([]);
  expect(prompt.bytes).toBe(0);
  expect(all(sets)).toEqual([[['b', 'c'], 3], [['d'], 5], 'pig', 'eof']);
});

test('sets that nobody has taken yet, and the one that is still open, are single records for a model without them', () => {
  const sets = createSets();
  sets.addRun(textRun(['a', 'b']));
  sets.addControl({ kind: 'set' }, 3);
  sets.addControl({ kind: 'set' }, 4);
  sets.addControl({ kind: 'pig' }, 5);
  sets.addRun(textRun(['c', 'd'], 5));
  const prompt = createPrompt();
  sets.moveTo(prompt);
  expect(all(sets)).toEqual([]);
  expect(sets.bytes).toBe(0);
  expect(all(prompt)).toEqual([[['a', 'b'], 2], 'pig', [['c', 'd'], 7]]);
  sets.addEof(null);
  expect(all(sets)).toEqual(['eof']);
});

const createPrompt = () => new PromptQueue({ form: 'text', watermark: null, positionOf });

function createSets(): RecordSetQueue {
  const batching = { watermark: null, nagleTimeMs: null };
  return new RecordSetQueue({ form: 'text', batching, positionOf, setTimer: () => () => {}, onTimer: () => {} });
}

function all(queue: ItemQueue): unknown[] {
  const found: unknown[] = [];
  for (let item = queue.take(100); item !== undefined; item = queue.take(100)) found.push(shown(item));
  return found;
}
