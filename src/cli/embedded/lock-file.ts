import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { systemErrorCode } from '../../util/system-error.ts';

/** Locks are held for seconds: an older one was left behind, whoever has its process number today. */
const STALE_MS = 60_000;

/**
 * A lock file with the number of the process that holds it.
 * @returns the function that gives it up; null when somebody else holds it
 */
export async function tryLock(path: string): Promise<(() => Promise<void>) | null> {
  if (await create(path)) return () => rm(path, { force: true });
  if (await removeIfStale(path)) return (await create(path)) ? () => rm(path, { force: true }) : null;
  return null;
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid)).finally(() => file.close());
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Two processes may find the same lock stale; the slower one must not remove the fresh lock of the faster one.
 * So it is moved aside first, looked at again, and put back if it was not the stale one.
 */
async function removeIfStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false;
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
    const stale = await isStale(aside);
    if (!stale) await link(aside, path).catch(() => {});
    await rm(aside, { force: true });
    return stale;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    // Empty: it is being written this very moment.
    return text !== '' && !isAlive(Number(text));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
