import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` gives something but null, undefined or false; fails with `what` after a while. */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== undefined && value !== false) {
      return value as Exclude<T, null | undefined | false>;
    }
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await delay(20);
  }
}
