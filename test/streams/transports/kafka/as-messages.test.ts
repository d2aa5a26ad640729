import { expect, test } from 'vitest';
import { asMessages } from '../../../../src/streams/transports/kafka/as-messages.ts';

const place = { topic: 't', partition: 2, metadata: true } as const;
const records = (...timestamps: number[]): Buffer[] =>
  timestamps.map((timestamp) => Buffer.from(JSON.stringify({ value: 1, timestamp })));

test('without metadata a record is the value of a message, and nothing else', () => {
  const [messages] = asMessages([Buffer.from('{"key":"a","value":1}')], { ...place, metadata: false });
  expect(messages).toEqual([{ topic: 't', partition: 2, value: Buffer.from('{"key":"a","value":1}') }]);
});

test('messages much older than the first of their batch begin a new one', () => {
  const times = [2_000_000_000_000, 2_000_000_000_005, 1_999_999_999_000, 5, 2_000_000_000_000, 6];
  const batches = asMessages(records(...times), place).map((batch) => batch.map(({ timestamp }) => Number(timestamp)));
  expect(batches).toEqual([times.slice(0, 3), times.slice(3)]);
});
