/**
 * Files that are there whole or not at all, also after the machine has died: written under a temporary name in
 * the same directory, synced, renamed, and the directory synced. A failed sync is never tried again, because the
 * system may have dropped the pages that it could not write.
 */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeFileName } from './file-names.ts';
import { randomHex } from './random-hex.ts';
import { systemErrorCode } from './system-error.ts';

/** The calls that can fail half-way, so that tests can make each of them fail. */
export interface AtomicFileSystem {
  readonly open: typeof open;
  readonly rename: typeof rename;
}

export interface AtomicWriteOptions {
  readonly fileSystem?: AtomicFileSystem;
}

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes `content` to `path`, for its owner only, replacing what is there. A failure leaves the old file and no temporary one, except when the last step,
 * syncing the directory, fails: then the new file is in place but may not outlive the machine.
 * @returns the number of bytes
 */
export async function writeFileAtomically(
  path: string,
  content: Content,
  options: AtomicWriteOptions = {},
): Promise<number> {
  const { fileSystem = { open, rename } } = options;
  const token = randomHex(6);
  const temporary = join(dirname(path), temporaryName(token));
  ownTokens.add(token);
  try {
    const size = await writeSynced(await fileSystem.open(temporary, 'wx', 0o600), content);
    await fileSystem.rename(temporary, path);
    await syncDirectory(dirname(path), fileSystem);
    return size;
  } catch (error) {
    await unlinkQuietly(temporary);
    throw error;
  } finally {
    ownTokens.delete(token);
  }
}

/**
 * Makes `path` and what is missing above it; each new entry is synced in its parent. Step by step, since Node's own
 * `recursive` never comes back from places such as /proc where nothing can be made.
 */
export async function makeDirectory(path: string, mode = 0o700): Promise<void> {
  if (await isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory(parent, mode);
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' && (await isDirectory(path))) return;
    throw error;
  }
  await syncDirectory(parent);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes renames and removals in `directory` outlive the machine, where its file system can promise that. */
export async function syncDirectory(directory: string, fileSystem: Pick<AtomicFileSystem, 'open'> = { open }) {
  const handle = await fileSystem.open(directory, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP'].includes(systemErrorCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/** Removes temporary files in `directory` that a process left when it died. */
export async function removeStaleTemporaries(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(TEMPORARY_PREFIX) && (await isStale(directory, name))) {
      await unlinkQuietly(join(directory, name));
    }
  }
}

const TEMPORARY_PREFIX = '.tmp-';
const TEMPORARY_NAME = /^\.tmp-([0-9a-f]{12})-(\d+)-(.+)$/;
/** A file that another machine writes on a shared disk is left alone until nobody has touched it for this long. */
const FOREIGN_STALE_MS = 24 * 60 * 60 * 1000;

/** Tokens of the temporary files that this process is writing now. */
const ownTokens = new Set<string>();

function temporaryName(token: string): string {
  return `${TEMPORARY_PREFIX}${token}-${process.pid}-${thisHost()}`;
}

function thisHost(): string {
  return encodeFileName(hostname() || 'localhost').slice(0, 100);
}

async function isStale(directory: string, name: string): Promise<boolean> {
  const [, token = '', pid = '', host = ''] = TEMPORARY_NAME.exec(name) ?? [];
  if (host === thisHost()) return Number(pid) === process.pid ? !ownTokens.has(token) : !isAlive(Number(pid));
  try {
    return Date.now() - (await stat(join(directory, name))).mtimeMs > FOREIGN_STALE_MS;
  } catch {
    return false;
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

async function writeSynced(handle: FileHandle, content: Content): Promise<number> {
  try {
    const size = await writeAll(handle, content);
    await handle.sync();
    return size;
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, content: Content): Promise<number> {
  if (typeof content === 'string') return writeWhole(handle, Buffer.from(content));
  if (content instanceof Uint8Array) return writeWhole(handle, content);
  let size = 0;
  let writing: Promise<number> = Promise.resolve(0);
  try {
    // The next chunk is made while this one is being written.
    for await (const chunk of content) {
      size += await writing;
      writing = writeWhole(handle, chunk);
      writing.catch(() => {});
    }
    return size + (await writing);
  } finally {
    // Nobody closes the file under a write.
    await writing.catch(() => {});
  }
}

/** A single write may take only a part. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at);
    if (bytesWritten === 0) throw new Error('the file takes no more bytes');
    at += bytesWritten;
  }
  return bytes.length;
}

async function unlinkQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch {
    // It is gone, or the next start removes it.
  }
}
