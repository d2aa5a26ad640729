/** The longest that a timer of Node can wait: with more it would go off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Whether a promise is fulfilled in time; it goes on all the same. @param delayMs infinity: as long as it takes */
export async function settlesWithin(promise: Promise<unknown>, delayMs: number): Promise<boolean> {
  if (delayMs > LONGEST_TIMER_MS) return promise.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), delayMs);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
