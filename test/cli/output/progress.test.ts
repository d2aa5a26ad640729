import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Progress } from '../../../src/cli/output/progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says on a terminal what takes longer than a second, and takes it away', async () => {
  const { stream, text } = terminal(true);
  const work = new Promise((resolve) => setTimeout(resolve, 2500));
  const done = new Progress(stream, true).while(() => 'Loading', work);
  await vi.advanceTimersByTimeAsync(950);
  expect(text()).toBe('');
  await vi.advanceTimersByTimeAsync(2000);
  await done;
  expect(text()).toContain('Loading (1 s)');
  expect(text()).toContain('Loading (2 s)');
  expect(text().endsWith('\r\u001b[K')).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells of work that says what it is, whatever it goes on beside', async () => {
  const { stream, text } = terminal(true);
  const progress = new Progress(stream, true);
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const done = Promise.all([
    progress.while(() => 'Waiting', wait(4500), { isVague: true }),
    progress.while(() => 'Loading', wait(2500)),
    progress.while(() => 'Waiting', wait(1500), { isVague: true }),
  ]);
  await vi.advanceTimersByTimeAsync(2500);
  expect(text()).toContain('Loading (2 s)');
  expect(text()).not.toContain('Waiting');
  await vi.advanceTimersByTimeAsync(2000);
  await done;
  expect(text()).toContain('Waiting (4 s)');
  expect(text().endsWith('\r\u001b[K')).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([
  [false, true],
  [true, false],
])('is silent when terminal is %s and notes are %s', async (isTTY, enabled) => {
  const { stream, text } = terminal(isTTY);
  const work = new Promise((resolve) => setTimeout(resolve, 3000));
  const done = new Progress(stream, enabled).while(() => 'Loading', work);
  await vi.advanceTimersByTimeAsync(3000);
  await done;
  expect(text()).toBe('');
});

function terminal(isTTY: boolean) {
  let written = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString('utf8');
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY }), text: () => written };
}
