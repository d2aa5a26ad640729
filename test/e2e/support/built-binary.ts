import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../../src/cli/embedded/lock-file.ts';
import { packageRoot } from '../../../src/util/package-root.ts';

/** Compiles when dist/ is stale; of several test processes one does it, the others wait. */
export async function ensureBuilt(): Promise<void> {
  const script = new URL('../../../scripts/setup/build.mjs', import.meta.url).href;
  const { buildIfStale } = (await import(script)) as { buildIfStale(root: string): Promise<void> };
  const lock = join(tmpdir(), 'fastscore-e2e-build.lock');
  let unlock = await tryLock(lock);
  while (unlock === null) {
    await delay(50);
    unlock = await tryLock(lock);
  }
  try {
    await buildIfStale(packageRoot);
  } finally {
    await unlock();
  }
}
