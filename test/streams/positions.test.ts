import { expect, test } from 'vitest';
import { parseInputPosition, parseOutputPosition } from '../../src/streams/positions.ts';

test.each([
  { byte: 12 },
  { record: 3 },
  { record: 3, partitions: { 0: 1, 1: 2 } },
  { record: 3, transaction: { id: 'a', producer: '12345678901234567890', epoch: 1, from: 5, count: 2 } },
])('%j is a position of an output', (position) => {
  expect(parseOutputPosition(position)).toEqual(position);
});

test.each([{}, { byte: -1 }, { record: 1.5 }, { record: 3, transaction: {} }])('%j is none', (position) => {
  expect(() => parseOutputPosition(position)).toThrow(/cannot go on from/);
});

test.each([{ byte: 12 }, { record: 3 }, { partitions: { 0: 1, 1: 2 } }, { partitions: { 0: 1, 1: 2 }, ended: [1] }])(
  '%j is a position of an input',
  (position) => {
    expect(parseInputPosition(position)).toEqual(position);
  },
);

test.each([{}, { partitions: { 0: -1 } }, { partitions: { 0: 1 }, ended: 1 }, { partitions: { 0: 1 }, ended: ['0'] }])(
  '%j is no position of an input',
  (position) => {
    expect(() => parseInputPosition(position)).toThrow(/cannot go on from/);
  },
);
