import { compressionsAlgorithms } from '@platformatic/kafka';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { understandSnappyBlocks } from '../../../../src/streams/transports/kafka/snappy-blocks.ts';

const { snappy } = compressionsAlgorithms;
understandSnappyBlocks(snappy);
understandSnappyBlocks(snappy);

/** As Java clients frame them. */
function frame(blocks: readonly Buffer[]): Buffer {
  const versions = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]);
  const parts = blocks.flatMap((block) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  return Buffer.concat([Buffer.from('\x82SNAPPY\0', 'latin1'), versions, ...parts]);
}

const compress = (data: Buffer): Buffer => Buffer.from(snappy.compressSync(data));

test('a single block and framed blocks are read alike', () => {
  const block = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), (blocks) => {
      expect(Buffer.from(snappy.decompressSync(compress(blocks[0]!)))).toEqual(blocks[0]);
      expect(Buffer.from(snappy.decompressSync(frame(blocks.map(compress))))).toEqual(Buffer.concat(blocks));
    }),
  );
});
