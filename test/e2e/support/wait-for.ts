import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` gives something; fails with `what` after a while. */
export async function waitFor<T>(what: string, condition: () => Promise<T | null | false> | T | null | false) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const value = await condition();
    if (value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await delay(20);
  }
}
