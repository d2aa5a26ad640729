import { expect, test } from 'vitest';
import type { JobStatus, WaitInfo } from '../../src/api/shapes.ts';
import { renderWaits } from '../../src/cli/waits-text.ts';

const wait = (info: Partial<WaitInfo>): WaitInfo => ({
  for: 'snapshot',
  key: null,
  waiting: [],
  on: [],
  ms: 1440,
  limit_ms: null,
  ...info,
});

const status = (waits: WaitInfo[], works: JobStatus['jets'][number]['work'][]): JobStatus =>
  ({ waits, jets: works.map((work, index) => ({ number: index + 1, work })) }) as JobStatus;

test('nothing is said while all goes on', () => {
  const work = { doing: 'batch', records: { slot: 0, seqno: 1, count: 5 }, ms: 800 };
  expect(renderWaits(status([], [null, work]))).toEqual([]);
});

test('each wait is told with its key, its limit and the jets that it is for, and what these are at', () => {
  const works = [
    { doing: 'batch', records: { slot: 0, seqno: 5, count: 5 }, ms: 6300 },
    { doing: 'batch', records: { slot: 2, seqno: 9, count: 1 }, ms: 6200 },
    { doing: 'begin', records: null, ms: 900 },
  ];
  const waits = [
    wait({ for: 'key', key: { kind: 'item', name: 'p', item: 'a\nb' }, waiting: [2], on: [1], ms: 6150 }),
    wait({ for: 'state', key: { kind: 'cell', name: 'total', item: null }, on: [1], limit_ms: 60_000 }),
    wait({ limit_ms: 60_000, on: [1, 2] }),
    wait({ for: 'scale', on: [3] }),
  ];
  expect(renderWaits(status(waits, works))).toEqual([
    [
      'Waiting:',
      "  jet 2: item 'a\\nb' of pool 'p', for 6.2 s, on jet 1",
      "  a change of cell 'total' from outside, for 1.4 s of at most 60 s, on jet 1",
      '  a snapshot, for 1.4 s of at most 60 s, on jets 1, 2',
      '  a new number of jets, for 1.4 s, on jet 3',
      '  jet 1 is at records 5 to 9 of slot 0 for 6.3 s',
      '  jet 2 is at record 9 of slot 2 for 6.2 s',
      '  jet 3 is in begin for 0.9 s',
    ].join('\n'),
  ]);
});

test('a jet that is long at something is told although nobody waits', () => {
  const work = { doing: 'program', records: null, ms: 61_000 };
  expect(renderWaits(status([], [work]))).toEqual(['Waiting:\n  jet 1 is in its program for 61 s']);
});
