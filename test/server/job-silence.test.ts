import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Job } from '../../src/server/jobs/job.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HALF_MS = 6000;

test('a job is abandoned when its client is silent before it runs', () => {
  const abandoned = vi.fn();
  const job = new Job('a', abandoned);
  vi.advanceTimersByTime(HALF_MS);
  expect(abandoned).not.toHaveBeenCalled();
  vi.advanceTimersByTime(HALF_MS);
  expect(abandoned).toHaveBeenCalledOnce();
  expect(job.state).toBe('waiting');
});

test('a request that is under way is no silence, however long it takes', async () => {
  const abandoned = vi.fn();
  const job = new Job('a', abandoned);
  const gone = new AbortController();
  const waiting = job.attend(() => job.waitWhile('waiting', 60_000, gone.signal));
  vi.advanceTimersByTime(5 * HALF_MS);
  expect(abandoned).not.toHaveBeenCalled();
  gone.abort();
  await waiting;
  vi.advanceTimersByTime(2 * HALF_MS);
  expect(abandoned).toHaveBeenCalledOnce();
});

test('nobody has to say anything about a job that runs', () => {
  const abandoned = vi.fn();
  new Job('a', abandoned).become('running');
  vi.advanceTimersByTime(10 * HALF_MS);
  expect(abandoned).not.toHaveBeenCalled();
});
