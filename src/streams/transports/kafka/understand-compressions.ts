import { understandSnappyBlocks } from './snappy-blocks.ts';
import { understandZstd } from './zstd-reading.ts';

/** Teaches the client to read all compressions that others write with, before it reads anything. */
export async function understandCompressions(): Promise<void> {
  const { compressionsAlgorithms } = await import('@platformatic/kafka');
  understandSnappyBlocks(compressionsAlgorithms.snappy);
  await understandZstd(compressionsAlgorithms.zstd);
}
