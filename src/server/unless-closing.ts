/** What `promise` resolves with, or undefined when the server is to close before: then its client must not wait on. */
export function unlessClosing<T>(promise: Promise<T>, closing: AbortSignal): Promise<T | undefined> {
  if (closing.aborted) return Promise.resolve(undefined);
  const waiters = waitersOf(closing);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    waiters.add(stop);
    promise.then(resolve, reject).finally(() => waiters.delete(stop));
  });
}

/** One listener per server: adding and removing one for each request would take longer than much else of it. */
function waitersOf(closing: AbortSignal): Set<() => void> {
  const known = waiting.get(closing);
  if (known !== undefined) return known;
  const waiters = new Set<() => void>();
  waiting.set(closing, waiters);
  closing.addEventListener('abort', () => {
    for (const stop of waiters) stop();
  });
  return waiters;
}

const waiting = new WeakMap<AbortSignal, Set<() => void>>();
