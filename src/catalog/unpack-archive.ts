import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Entry } from 'yauzl';
import { FastScoreError } from '../core/errors.ts';
import type { ArchiveFormat } from './attachments.ts';

const MOST_MEMBERS = 100_000;
const MOST_BYTES = 8 * 1024 ** 3;
const KIND_OF_FILE = 0o170000;
const PLAIN_FILE = 0o100000;
const FOLDER = 0o040000;

/**
 * Unpacks an archive into `directory`. Nothing is written when a member leads out of it, is no plain file and no folder, or
 * when there is too much.
 * @throws FastScoreError ARCHIVE_INVALID
 */
export async function unpackArchive(
  archive: { readonly name: string; readonly format: ArchiveFormat; readonly path: string },
  directory: string,
): Promise<void> {
  const refuse = (what: string, cause?: unknown): FastScoreError =>
    new FastScoreError('ARCHIVE_INVALID', `Attachment '${archive.name}' ${what}`, { cause });
  const census = new Census(refuse);
  try {
    if (archive.format === 'zip') await unpackZip(archive.path, directory, census);
    else await unpackTar(archive.path, directory, census);
  } catch (cause) {
    if (cause instanceof FastScoreError) throw cause;
    throw refuse(`cannot be unpacked: ${(cause as Error).message}`, cause);
  }
}

/** Looks at every member before the first one is written. */
class Census {
  readonly #refuse: (what: string) => FastScoreError;
  #members = 0;
  #bytes = 0;

  constructor(refuse: (what: string) => FastScoreError) {
    this.#refuse = refuse;
  }

  count(path: string, size: number, isPlain: boolean): void {
    const shown = JSON.stringify(path.slice(0, 100));
    const isAway = /^(?:[/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes('..') || path.includes('\0');
    if (isAway) throw this.#refuse(`has a member that leads out of its folder: ${shown}`);
    if (!isPlain) throw this.#refuse(`has a member that is no plain file and no folder: ${shown}`);
    this.#members += 1;
    this.#bytes += size;
    if (this.#members > MOST_MEMBERS) throw this.#refuse(`has more than ${MOST_MEMBERS} members`);
    if (this.#bytes > MOST_BYTES) throw this.#refuse(`has more than ${MOST_BYTES} bytes unpacked`);
  }
}

async function unpackZip(path: string, directory: string, census: Census): Promise<void> {
  for await (const { entry } of membersOfZip(path)) {
    const kind = (entry.externalFileAttributes >>> 16) & KIND_OF_FILE;
    census.count(entry.fileName, entry.uncompressedSize, kind === 0 || kind === PLAIN_FILE || kind === FOLDER);
  }
  for await (const { entry, zip } of membersOfZip(path)) {
    const target = join(directory, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
    } else {
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  }
}

async function* membersOfZip(path: string) {
  const { openPromise } = await import('yauzl');
  // Names are looked at here; what the archive says of sizes is held against what comes.
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  try {
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) yield { entry, zip };
  } finally {
    zip.close();
  }
}

async function unpackTar(path: string, directory: string, census: Census): Promise<void> {
  const { extract, list } = await import('tar');
  let flaw: unknown;
  await list({
    file: path,
    strict: true,
    onReadEntry: ({ path: member, size, type }) => {
      const isPlain = type === 'File' || type === 'OldFile' || type === 'Directory' || type === 'ContiguousFile';
      try {
        census.count(member, size, isPlain);
      } catch (error) {
        flaw ??= error;
      }
    },
  });
  if (flaw !== undefined) throw flaw;
  await extract({ file: path, cwd: directory, strict: true, preserveOwner: false, noMtime: true });
}
