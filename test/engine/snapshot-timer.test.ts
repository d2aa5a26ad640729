import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SnapshotTimer } from '../../src/engine/snapshot-timer.ts';
import { createDeferred } from '../../src/util/deferred.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('asks only when records have come since it asked last', () => {
  let records = 0;
  const take = vi.fn(async () => {});
  const timer = new SnapshotTimer(1000, () => records, take);
  vi.advanceTimersByTime(3000);
  expect(take).toHaveBeenCalledTimes(0);
  records = 5;
  vi.advanceTimersByTime(999);
  expect(take).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(take).toHaveBeenCalledTimes(1);
  timer.stop();
  records = 6;
  vi.advanceTimersByTime(5000);
  expect(take).toHaveBeenCalledTimes(1);
});

test('does not ask again while a snapshot is being taken', async () => {
  let records = 0;
  const taken = createDeferred<void>();
  const take = vi.fn(() => taken.promise);
  const timer = new SnapshotTimer(1000, () => records++, take);
  await vi.advanceTimersByTimeAsync(3000);
  expect(take).toHaveBeenCalledTimes(1);
  taken.resolve();
  await vi.advanceTimersByTimeAsync(1000);
  expect(take).toHaveBeenCalledTimes(2);
  timer.stop();
});
