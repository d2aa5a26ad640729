import * as zlib from 'node:zlib';

interface Algorithm {
  decompressSync(data: Buffer): Buffer;
}

const known = new WeakSet<Algorithm>();

/** Teaches the client to read zstd where zlib cannot, which it learned in Node 22.15. */
export async function understandZstd(zstd: Algorithm): Promise<void> {
  if ('zstdDecompressSync' in zlib || known.has(zstd)) return;
  const { decompress } = await import('fzstd');
  known.add(zstd);
  zstd.decompressSync = (given) => {
    try {
      const { buffer, byteOffset, length } = decompress(Buffer.from(given));
      return Buffer.from(buffer, byteOffset, length);
    } catch (error) {
      // Its errors have codes of their own, which would be taken for those of a connection.
      throw new Error(`the messages are no zstd: ${String(error)}`);
    }
  };
}
