import { randomUUID } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InputStream } from '../../../src/streams/types.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { readAll, textsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { committedOffset, createTopic, produce, startBroker } from './kafka-broker.ts';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const texts = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));
const messages = (from: number, to: number): [string][] => texts(from, to).map((text) => [text]);

const open = (topic: string, { from, ...transport }: { from: unknown; [field: string]: unknown }, options = {}) =>
  openTestInput(
    {
      Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, MaxWaitTime: 3000, ...transport },
      SkipToRecord: from,
    },
    options,
  );

test.each([
  ['of its own', {}],
  ['all', { Partition: 'all' }],
  ['of a group', { Group: randomUUID() }],
])(
  'an offset beyond the end of a partition %s is told once, and reading begins with the earliest record',
  async (_, transport) => {
    const topic = await createTopic(broker);
    await produce(broker, topic, messages(0, 10));
    const warnings: string[] = [];
    const stream = await open(
      topic,
      { from: 1000, ...transport },
      { onWarning: (text: string) => warnings.push(text) },
    );
    expect((await readAll(stream)).records).toEqual(texts(0, 10));
    expect(warnings).toEqual([expect.stringMatching(/offset 1000 of partition 0, which has 0 to 10.*earliest record/)]);
    if (!('Group' in transport)) return;
    await stream.close();
    expect(await committedOffset(broker, topic, transport.Group)).toBe(10);
  },
);

test('a position beyond the end is told once, too', async () => {
  const topic = await createTopic(broker, 2);
  await produce(broker, topic, [
    ['1', 0],
    ['2', 1],
    ['3', 1],
  ]);
  const warnings: string[] = [];
  const position = { partitions: { 0: 77, 1: 1 } };
  const options = { position, onWarning: (text: string) => warnings.push(text) };
  const { records } = await readAll(await open(topic, { from: 'earliest', Partition: 'all' }, options));
  expect(records.sort()).toEqual(['1', '3']);
  expect(warnings).toHaveLength(1);
});

test.each([
  ['shorter', {}],
  ['as long', {}],
  ['shorter', { Group: randomUUID() }],
] as const)('a topic that is deleted and created again, %s, is read from its beginning', async (size, transport) => {
  const topic = await createTopic(broker);
  await produce(broker, topic, messages(0, 20));
  const warnings: string[] = [];
  const options = { onWarning: (text: string) => warnings.push(text) };
  const stream = await open(topic, { from: 'earliest', MaxWaitTime: 100_000, ...transport }, options);
  const records: string[] = [];
  takeInto(stream, records);
  await vi.waitFor(() => expect(records).toEqual(texts(0, 20)), { timeout: 20_000 });
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.bootstrap] });
  await admin.deleteTopics({ topics: [topic] });
  await vi.waitFor(() => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }), { timeout: 20_000 });
  await admin.close();
  const count = size === 'shorter' ? 5 : 30;
  await vi.waitFor(() => produce(broker, topic, messages(100, 100 + count)), { timeout: 20_000 });
  await vi.waitFor(() => expect(records.length).toBeGreaterThanOrEqual(20 + count), { timeout: 40_000 });
  expect(records.slice(20)).toEqual(texts(100, 100 + count));
  expect(warnings.filter((text) => text.includes('earliest record'))).toHaveLength(1);
});

function takeInto(stream: InputStream, records: string[]): void {
  stream.onReady(() => {
    for (let item = stream.take(1000); item !== undefined; item = stream.take(1000)) {
      if (item.kind !== 'batch') continue;
      records.push(...textsOf(item.records));
      if (item.position !== null) stream.commit?.(item.position);
    }
  });
}
