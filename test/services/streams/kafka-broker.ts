import { randomUUID } from 'node:crypto';
import { Admin, Consumer, Producer } from '@platformatic/kafka';
import { vi } from 'vitest';

export interface Broker {
  readonly bootstrap: string;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The broker that KAFKA_BOOTSTRAP names, or one of our own. */
export async function startBroker(): Promise<Broker> {
  const { KAFKA_BOOTSTRAP: bootstrap } = process.env;
  if (bootstrap !== undefined) return { bootstrap, restart: async () => {}, stop: async () => {} };
  const { startKafka } = (await import(new URL('../../../scripts/services/kafka.mjs', import.meta.url).href)) as {
    startKafka(): Promise<Broker>;
  };
  return await startKafka();
}

export async function createTopic(
  { bootstrap }: Broker,
  partitions = 1,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const topic = `t-${randomUUID()}`;
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap] });
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs });
  // A producer that meets a partition without a leader sends again what it has sent to the others.
  const places = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
  await vi.waitFor(() => admin.listOffsets({ topics: [{ name: topic, partitions: places }] }), { timeout: 20_000 });
  await admin.close();
  return topic;
}

/** Writes messages, each as [value] or [value, partition]. */
export async function produce(
  { bootstrap }: Broker,
  topic: string,
  messages: readonly (readonly [string, number?])[],
  options: { compression?: 'gzip' | 'snappy' | 'lz4' | 'zstd' } = {},
): Promise<void> {
  const producer = new Producer({ clientId: 'test', bootstrapBrokers: [bootstrap] });
  await producer.send({
    messages: messages.map(([value, partition = 0]) => ({ topic, partition, value: Buffer.from(value) })),
    acks: -1,
    ...options,
  });
  await producer.close();
}

/** The next `count` values of a topic from its beginning. */
export async function consume({ bootstrap }: Broker, topic: string, count: number): Promise<string[]> {
  const consumer = new Consumer({ clientId: 'test', bootstrapBrokers: [bootstrap], groupId: randomUUID() });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
  const values: string[] = [];
  for await (const { value } of stream) if (values.push(value.toString()) === count) break;
  await consumer.close(true);
  return values;
}

export async function committedOffset(broker: Broker, topic: string, group: string): Promise<number> {
  return (await committedOffsets(broker, topic, group, 1))[0]!;
}

/** What a group has committed in each partition; -1 for nothing. */
export async function committedOffsets(
  { bootstrap }: Broker,
  topic: string,
  group: string,
  count: number,
): Promise<number[]> {
  const consumer = new Consumer({ clientId: 'test', bootstrapBrokers: [bootstrap], groupId: group });
  const partitions = Array.from({ length: count }, (_, partition) => partition);
  const offsets = (await consumer.listCommittedOffsets({ topics: [{ topic, partitions }] })).get(topic) ?? [];
  await consumer.close(true);
  return partitions.map((partition) => Number(offsets[partition] ?? -1n));
}

/** How many members a group has when its partitions have been shared among them; 0 while that is under way. */
export async function membersOf({ bootstrap }: Broker, group: string): Promise<number> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap] });
  const found = (await admin.describeGroups({ groups: [group] })).get(group);
  await admin.close();
  return found?.state.toUpperCase() === 'STABLE' ? found.members.size : 0;
}

/** Offset after all that is in the first partition, committed or not. */
export async function endOffset({ bootstrap }: Broker, topic: string, isolationLevel: 0 | 1 = 0): Promise<number> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap] });
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1n }] }];
  const [found] = await admin.listOffsets({ topics, isolationLevel });
  await admin.close();
  return Number(found!.partitions[0]!.offset);
}

const FROM_ANYWHERE = { partition: 0, partitionMaxBytes: 1 << 20, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };

/** The values that a reader of what is committed sees now. */
export async function committedValues(broker: Broker, topic: string): Promise<string[]> {
  const { bootstrap } = broker;
  const end = await endOffset(broker, topic, 1);
  const consumer = new Consumer({ clientId: 'test', bootstrapBrokers: [bootstrap], groupId: randomUUID() });
  const values: string[] = [];
  const { topics: known } = await consumer.metadata({ topics: [topic] });
  const { id, partitions } = known.get(topic)!;
  for (let next = 0n; next < BigInt(end); ) {
    const { responses } = await consumer.fetch({
      node: partitions[0]!.leader,
      isolationLevel: 1,
      topics: [
        {
          topicId: id,
          partitions: [{ ...FROM_ANYWHERE, fetchOffset: next }],
        },
      ],
    });
    for (const { firstOffset, lastOffsetDelta, attributes, records } of responses[0]!.partitions[0]!.records ?? []) {
      next = firstOffset + BigInt(lastOffsetDelta) + 1n;
      if ((attributes & 0x20) === 0) values.push(...records.map(({ value }) => String(value)));
    }
  }
  await consumer.close(true);
  return values;
}
