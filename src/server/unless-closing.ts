/** What `promise` resolves with, or undefined when the server is to close before: then its client must not wait on. */
export async function unlessClosing<T>(promise: Promise<T>, closing: AbortSignal): Promise<T | undefined> {
  if (closing.aborted) return undefined;
  let stop = (): void => {};
  const closed = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    closing.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, closed]);
  } finally {
    closing.removeEventListener('abort', stop);
  }
}
