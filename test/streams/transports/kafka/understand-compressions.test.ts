import { compressionsAlgorithms } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { isUnreadable } from '../../../../src/streams/transports/kafka/kafka-error.ts';
import { understandCompressions } from '../../../../src/streams/transports/kafka/understand-compressions.ts';

const { zstd } = compressionsAlgorithms;
/** `a record and ` a hundred times. */
const COMPRESSED = Buffer.from('KLUv/WAUBKUAAGhhIHJlY29yZCBhbmQgAQAEwT+/', 'base64');

test('zstd is read whether zlib knows it or not', async () => {
  await understandCompressions();
  await understandCompressions();
  expect(String(zstd.decompressSync(COMPRESSED))).toBe('a record and '.repeat(100));
});

test.each([COMPRESSED.subarray(0, 20), Buffer.from('something else')])(
  'what is no zstd will never be',
  async (data) => {
    await understandCompressions();
    let failure: unknown = null;
    try {
      zstd.decompressSync(data);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(Error);
    expect(isUnreadable(failure)).toBe(true);
  },
);
