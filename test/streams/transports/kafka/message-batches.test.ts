import { expect, test } from 'vitest';
import { batchesOf } from '../../../../src/streams/transports/kafka/message-batches.ts';

test('messages much older than the first of their batch begin a new one', () => {
  const times = [2_000_000_000_000, 2_000_000_000_005, 1_999_999_999_000, 5, 2_000_000_000_000, 6];
  const messages = times.map((timestamp) => ({
    topic: 't',
    partition: 0,
    value: Buffer.from('1'),
    timestamp: BigInt(timestamp),
  }));
  const batches = batchesOf(messages).map((batch) => batch.map(({ timestamp }) => Number(timestamp)));
  expect(batches).toEqual([times.slice(0, 3), times.slice(3)]);
});

test('messages that are more than a broker takes at once are parted, one that is so alone is by itself', () => {
  const sizes = [400_000, 400_000, 300_000, 2_000_000, 10];
  const messages = sizes.map((size) => ({ topic: 't', partition: 0, value: Buffer.alloc(size) }));
  const batches = batchesOf(messages).map((batch) => batch.map(({ value }) => value!.length));
  expect(batches).toEqual([[400_000, 400_000], [300_000], [2_000_000], [10]]);
});
