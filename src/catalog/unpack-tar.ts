import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Parser } from 'tar';
import type { ArchiveCensus } from './archive-census.ts';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** A tar, compressed with gzip or not at all. */
export async function unpackTar(path: string, directory: string, census: ArchiveCensus): Promise<void> {
  const { extract, list } = await import('tar');
  let flaw: unknown;
  const listing = list({
    strict: true,
    onReadEntry: ({ path: member, size, type }) => {
      const isPlain = type === 'File' || type === 'OldFile' || type === 'Directory' || type === 'ContiguousFile';
      try {
        census.countMember(member, size, isPlain);
      } catch (error) {
        flaw ??= error;
      }
    },
  });
  await feed(listing, path, (bytes) => {
    if (flaw !== undefined) throw flaw;
    census.assertSize(bytes);
  });
  await feed(extract({ cwd: directory, strict: true, preserveOwner: false, noMtime: true }), path, (bytes) =>
    census.assertSize(bytes),
  );
}

/**
 * Gives a parser what is in a file. It is decompressed here, where all of it is counted, and reading ends with the first flaw: an archive of
 * some kilobytes may hold what takes hours to read.
 * @param look told after each piece how many bytes there were so far
 */
async function feed(parser: Parser, path: string, look: (bytes: number) => void): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('close', resolve);
    parser.on('error', reject);
  });
  ended.catch(() => {});
  let bytes = 0;
  for await (const chunk of contentOf(path)) {
    // The parser would decompress it once more, uncounted.
    if (bytes === 0 && isCompressed(chunk)) throw new Error('it is compressed twice');
    bytes += chunk.length;
    const hasRoom = parser.write(chunk);
    look(bytes);
    if (!hasRoom) await Promise.race([once(parser, 'drain'), ended]);
  }
  parser.end();
  await ended;
  look(bytes);
}

async function* contentOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const isPacked = await startsWith(path, GZIP_MAGIC);
  const content = isPacked ? file.pipe(createGunzip()) : file;
  if (isPacked) file.on('error', (error) => content.destroy(error));
  try {
    for await (const chunk of content) yield chunk as Buffer;
  } finally {
    file.destroy();
  }
}

const isCompressed = (bytes: Buffer): boolean =>
  [GZIP_MAGIC, ZSTD_MAGIC].some((magic) => bytes.subarray(0, magic.length).equals(magic));

async function startsWith(path: string, magic: Buffer): Promise<boolean> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { end: magic.length - 1 })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).equals(magic);
}
