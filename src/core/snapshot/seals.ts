import { createHmac } from 'node:crypto';
import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../util/system-error.ts';
import { parseTrailerLine } from './format.ts';

/** Whose snapshot, and the SHA-256 that its last line tells. */
export interface Sealed {
  readonly model: string;
  readonly sha256: string;
}

/**
 * Marks of the snapshots that this catalog has taken, or has been told to trust. The mark of one is an empty file
 * `<id>-<hash>.own` beside it: the hash is keyed, so whoever has no key can put a snapshot there, but no mark. Nothing is in it, so it is as
 * durable as the entry of the folder.
 */
export class Seals {
  readonly #key: () => Promise<Buffer>;

  constructor(key: () => Promise<Buffer>) {
    this.#key = key;
  }

  /** @param id under which the snapshot is kept: the mark goes with it */
  async set(directory: string, id: string, snapshot: Sealed): Promise<void> {
    const name = `${id}-${await this.#hashOf(snapshot)}${SUFFIX}`;
    await (await open(join(directory, name), 'a', 0o600)).close();
  }

  async isSet(directory: string, snapshot: Sealed): Promise<boolean> {
    const end = `-${await this.#hashOf(snapshot)}${SUFFIX}`;
    try {
      return (await readdir(directory)).some((file) => file.endsWith(end));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async #hashOf({ model, sha256 }: Sealed): Promise<string> {
    const text = JSON.stringify(['snapshot', model, sha256]);
    return createHmac('sha256', await this.#key())
      .update(text)
      .digest('hex');
  }
}

const SUFFIX = '.own';
const HASH_DIGITS = 64;

/** Removes the marks of a snapshot, whatever their key. */
export async function removeSeals(directory: string, id: string): Promise<void> {
  for (const file of await readdir(directory)) {
    // The beginning of another id may be this one and a hyphen.
    if (file.slice(0, -(HASH_DIGITS + SUFFIX.length)) === `${id}-` && file.endsWith(SUFFIX)) {
      await unlink(join(directory, file)).catch(() => {});
    }
  }
}

/** No trailer is longer. */
export const TRAILER_BYTES = 128;

/** The SHA-256 that the last line of a snapshot tells. @param end at least its last line; null: it has none */
export function toldSha256(end: Buffer): string | null {
  const text = end.toString('latin1');
  if (!text.endsWith('\n')) return null;
  return parseTrailerLine(text.slice(text.lastIndexOf('\n', text.length - 2) + 1, -1))?.sha256 ?? null;
}
