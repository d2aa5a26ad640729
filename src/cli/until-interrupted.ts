import { EndedBySignal } from './ended-by-signal.ts';

/**
 * Lets `work` go on until Ctrl-C. For commands that have no other end that is no failure.
 * @returns the exit status
 */
export async function untilInterrupted(signal: AbortSignal, work: Promise<unknown>): Promise<number> {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted && !(signal.reason instanceof EndedBySignal && signal.reason.signal === 'SIGINT'))
    throw signal.reason;
  return 0;
}
