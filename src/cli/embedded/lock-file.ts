import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from '../../util/system-error.ts';

/** How often a holder shows that it is there. */
const SIGN_OF_LIFE_MS = 10_000;
/** Where a process cannot be told from a later one of its number, a lock without a sign of life for so long was left behind. */
const STALE_MS = 600_000;
/** A process of another machine, or container, cannot be looked at. */
const FOREIGN_STALE_MS = 60_000;

const RELEASED = 'released';

/**
 * A lock among processes. It is a row of files `PATH.1`, `PATH.2`, ...: the last one says who has the lock, and to
 * take over from a process that died is to make the next one, which only one process can. The last file is never
 * removed, so that nobody who has looked at an older one can take it for the last.
 * @returns the function that gives it up; null when somebody else holds it
 */
export async function tryLock(path: string): Promise<(() => Promise<void>) | null> {
  const last = await lastGeneration(path);
  if (last > 0 && (await isHeld(fileOf(path, last)))) return null;
  const mine = last + 1;
  if (!(await create(fileOf(path, mine), await identityOf(process.pid)))) return null;
  // Between the look and the making others may have come and gone: their files were later ones.
  if ((await lastGeneration(path)) > mine) {
    await rm(fileOf(path, mine), { force: true });
    return null;
  }
  await removeBelow(path, mine);
  const timer = setInterval(() => void showLife(fileOf(path, mine)), SIGN_OF_LIFE_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return release(fileOf(path, mine));
  };
}

/** Who holds a lock, in words; null when it cannot be told. */
export async function holderOf(path: string): Promise<string | null> {
  try {
    const [pid, , host = thisHost()] = (await readFile(fileOf(path, await lastGeneration(path)), 'utf8')).split(' ');
    if (!/^\d+$/.test(pid ?? '')) return null;
    return host === thisHost() ? `process ${pid}` : `process ${pid} on ${host}`;
  } catch {
    return null;
  }
}

async function showLife(file: string): Promise<void> {
  const now = new Date();
  // It is gone when somebody else took the lock over, from a process that had stood still for long.
  await utimes(file, now, now).catch(() => {});
}

const fileOf = (path: string, generation: number): string => `${path}.${generation}`;

async function generations(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names.flatMap((name) => {
    const number = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    return /^\d{1,15}$/.test(number) ? [Number(number)] : [];
  });
}

const lastGeneration = async (path: string): Promise<number> => Math.max(0, ...(await generations(path)));

async function removeBelow(path: string, mine: number): Promise<void> {
  for (const generation of await generations(path)) {
    if (generation < mine) await rm(fileOf(path, generation), { force: true });
  }
}

/** With its whole content or not at all. @returns false when it is there already */
async function create(file: string, content: string): Promise<boolean> {
  const draft = await writeDraft(file, content);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function release(file: string): Promise<void> {
  await rename(await writeDraft(file, RELEASED), file);
}

async function writeDraft(file: string, content: string): Promise<string> {
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
  return draft;
}

async function isHeld(file: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    if (text === RELEASED) return false;
    const [pid = '', born = UNKNOWN, host = thisHost()] = text.split(' ');
    if (host !== thisHost()) return Date.now() - mtimeMs < FOREIGN_STALE_MS;
    if (!isAlive(Number(pid))) return false;
    if (born === UNKNOWN) return Date.now() - mtimeMs < STALE_MS;
    return (await birthOf(Number(pid))) === born;
  } catch (error) {
    // There is a later one by now.
    if (systemErrorCode(error) === 'ENOENT') return true;
    throw error;
  }
}

/** Number of a process, when it was started, since numbers are given again, and on which machine. */
async function identityOf(pid: number): Promise<string> {
  return `${pid} ${await birthOf(pid)} ${thisHost()}`;
}

const UNKNOWN = '-';

const thisHost = (): string => hostname().replace(/\s/g, '') || UNKNOWN;

async function birthOf(pid: number): Promise<string> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may hold anything.
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}
