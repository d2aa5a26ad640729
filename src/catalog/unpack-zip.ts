import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Entry } from 'yauzl';
import type { ArchiveCensus } from './archive-census.ts';

const KIND_OF_FILE = 0o170000;
const PLAIN_FILE = 0o100000;
const FOLDER = 0o040000;

export async function unpackZip(path: string, directory: string, census: ArchiveCensus): Promise<void> {
  for await (const { entry } of membersOf(path)) {
    const kind = (entry.externalFileAttributes >>> 16) & KIND_OF_FILE;
    census.countMember(entry.fileName, entry.uncompressedSize, kind === 0 || kind === PLAIN_FILE || kind === FOLDER);
  }
  for await (const { entry, zip } of membersOf(path)) {
    const target = join(directory, entry.fileName);
    if (entry.fileName.endsWith('/')) {
      await mkdir(target, { recursive: true });
    } else {
      await mkdir(dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  }
}

async function* membersOf(path: string) {
  const { openPromise } = await import('yauzl');
  // Names are looked at by the census; what the archive says of sizes is held against what comes.
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  try {
    for await (const entry of zip.eachEntry() as AsyncIterable<Entry>) yield { entry, zip };
  } finally {
    zip.close();
  }
}
