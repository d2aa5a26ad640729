interface Algorithm {
  decompressSync(data: Buffer): Buffer;
}

const MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1');
/** The magic bytes and two version numbers. */
const HEADER_BYTES = 16;
const known = new WeakSet<Algorithm>();

/**
 * Teaches the client to read what Java clients write: blocks of snappy, each behind its length, in a frame of their own. The client
 * itself reads a single block only.
 */
export function understandSnappyBlocks(snappy: Algorithm): void {
  if (known.has(snappy)) return;
  known.add(snappy);
  const decompressBlock = snappy.decompressSync.bind(snappy);
  snappy.decompressSync = (given) => {
    const data = Buffer.from(given);
    if (!data.subarray(0, MAGIC.length).equals(MAGIC)) return decompressBlock(given);
    const blocks: Buffer[] = [];
    for (let at = HEADER_BYTES; at < data.length; ) {
      const start = at + 4;
      at = start + data.readInt32BE(at);
      blocks.push(Buffer.from(decompressBlock(data.subarray(start, at))));
    }
    return Buffer.concat(blocks);
  };
}
