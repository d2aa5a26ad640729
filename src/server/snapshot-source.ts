import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastScoreError } from '../core/errors.ts';
import type { Snapshot, SnapshotHeader } from '../core/snapshot/format.ts';
import { MAX_HEADER_BYTES } from '../core/snapshot/format.ts';
import { readHeader, readSnapshot } from '../core/snapshot/read.ts';

/** Snapshots that come over the network, as they flow. */

/** Reads ahead to the header. `bytes` are all of the source's, from its beginning. */
export async function openSnapshotSource(
  source: AsyncIterable<Buffer>,
): Promise<{ header: SnapshotHeader; bytes: AsyncIterable<Buffer> }> {
  const iterator = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  for (let size = 0; size <= MAX_HEADER_BYTES; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
    if (next.value.includes('\n')) break;
  }
  return { header: await readHeader(chunks(first)), bytes: followedBy(first, iterator) };
}

/**
 * The same bytes, which end with an error when they are not a whole and unharmed snapshot, or one that `check` refuses.
 * So whoever stores them must wait for the end.
 */
export async function* verified(
  source: AsyncIterable<Buffer>,
  check: (snapshot: Snapshot) => void,
): AsyncGenerator<Buffer> {
  const copy = new PassThrough();
  const verdict = readSnapshot(copy);
  // A reader that has seen enough leaves, and its copy takes no more.
  copy.on('error', () => {});
  verdict.catch(() => {});
  try {
    for await (const chunk of source) {
      if (!copy.write(chunk)) await Promise.race([once(copy, 'drain'), verdict]);
      yield chunk;
    }
    copy.end();
    check(await verdict);
  } finally {
    copy.destroy();
  }
}

/** The same bytes, which end with `difference` when they are not those of `original`. */
export async function* sameAs(
  original: AsyncIterable<Buffer>,
  source: AsyncIterable<Buffer>,
  difference: FastScoreError,
): AsyncGenerator<Buffer> {
  const expected = original[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; ) {
        if (rest.length === 0) {
          const next = await expected.next();
          if (next.done === true) throw difference;
          rest = next.value;
        }
        const size = Math.min(rest.length, chunk.length - at);
        if (rest.compare(chunk, at, at + size, 0, size) !== 0) throw difference;
        rest = rest.subarray(size);
        at += size;
      }
      yield chunk;
    }
    if (rest.length > 0 || (await expected.next()).done !== true) throw difference;
  } finally {
    await expected.return?.();
  }
}

async function* chunks(buffers: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* buffers;
}

async function* followedBy(first: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
