import { link, open, rm } from 'node:fs/promises';
import { FastScoreError } from '../core/errors.ts';
import { syncDirectory } from '../util/atomic-file.ts';
import { randomHex } from '../util/random-hex.ts';
import { describeSystemError, systemErrorCode } from '../util/system-error.ts';
import type { Home } from './home.ts';

const KEY_BYTES = 32;

/**
 * The key of the marks that tell the catalog's own snapshots from others: made when it is first asked for, and the user's alone. Who
 * copies a catalog leaves it behind.
 * @returns what reads it once
 */
export function snapshotKey(home: Home): () => Promise<Buffer> {
  let reading: Promise<Buffer> | null = null;
  return () => {
    reading ??= readOrMake(home).catch((error: unknown) => {
      reading = null;
      throw error;
    });
    return reading;
  };
}

async function readOrMake(home: Home): Promise<Buffer> {
  const file = home.snapshotKey;
  try {
    const kept = await read(file);
    if (kept !== null) return kept;
    await make(home);
    // Another process may have been faster: there is one key.
    const made = await read(file);
    if (made !== null) return made;
    throw new FastScoreError('FILE_UNREADABLE', `The key ${file} is gone as soon as it is made`);
  } catch (cause) {
    if (cause instanceof FastScoreError) throw cause;
    throw new FastScoreError('FILE_UNREADABLE', `The key ${file} cannot be used: ${describeSystemError(cause)}`, {
      cause,
    });
  }
}

/** null when there is none. */
async function read(file: string): Promise<Buffer | null> {
  try {
    const handle = await open(file, 'r');
    try {
      if (((await handle.stat()).mode & 0o077) !== 0) {
        throw new FastScoreError(
          'FORBIDDEN',
          `The key ${file} is open to other users: they could pass off snapshots as yours`,
          {
            hint: `chmod 600 ${file}, or remove it: then snapshots so far need --trust`,
          },
        );
      }
      const text = (await handle.readFile('utf8')).trim();
      if (new RegExp(`^[0-9a-f]{${2 * KEY_BYTES}}$`).test(text)) return Buffer.from(text, 'hex');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  throw new FastScoreError('FILE_UNREADABLE', `The key ${file} is not one`, {
    hint: 'Remove it: a new one is made, and snapshots so far need --trust',
  });
}

/** Whole or not at all, and never in the place of one that is there. */
async function make({ snapshotKey: file, directory }: Home): Promise<void> {
  const draft = `${file}.${randomHex(6)}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomHex(KEY_BYTES)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(directory);
}
