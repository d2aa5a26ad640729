import { expect, test } from 'vitest';
import { BatchSizer } from '../../src/engine/batch-sizer.ts';

test('the first batch is small, so that a short input is shared among jets', () => {
  expect(new BatchSizer().limit).toBe(16);
});

test('batches grow while full ones come back quickly', () => {
  const sizer = new BatchSizer();
  for (let turn = 0; turn < 40; turn += 1) sizer.measured(sizer.limit, 1);
  expect(sizer.limit).toBe(65_536);
});

test('a batch that was not full says nothing about larger ones', () => {
  const sizer = new BatchSizer();
  sizer.measured(3, 1);
  expect(sizer.limit).toBe(16);
});

test('a slow model gets as many records as it can do in a moment, at least one', () => {
  const sizer = new BatchSizer();
  sizer.measured(16, 80);
  expect(sizer.limit).toBe(1);
  sizer.measured(1, 5000);
  expect(sizer.limit).toBe(1);
});
