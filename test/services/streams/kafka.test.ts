import { randomUUID } from 'node:crypto';
import { Consumer, Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InputPosition, InputStream } from '../../../src/streams/types.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf, textsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { committedOffset, consume, createTopic, produce, startBroker } from './kafka-broker.ts';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const source = (topic: string, more: object = {}): object => ({
  Type: 'Kafka',
  BootstrapServers: [broker.bootstrap],
  Topic: topic,
  MaxWaitTime: 1500,
  ...more,
});

const numbers = (from: number, to: number): [string][] =>
  Array.from({ length: to - from }, (_, i) => [String(from + i)] as [string]);
const texts = (from: number, to: number): string[] => numbers(from, to).map(([text]) => text);

/** Takes what comes into a list that goes on growing, and is done with it at once. */
function collect(stream: InputStream): { records: string[]; position: () => InputPosition | null } {
  const records: string[] = [];
  let position: InputPosition | null = null;
  stream.onReady(() => {
    for (let item = stream.take(1000); item !== undefined; item = stream.take(1000)) {
      if (item.kind === 'batch') records.push(...textsOf(item.records));
      if ('position' in item) position = item.position;
      if (position !== null) stream.commit?.(position);
    }
  });
  return { records, position: () => position };
}

test.each([
  ['earliest', texts(0, 10)],
  [4, texts(4, 10)],
] as const)('SkipToRecord %s begins there, and the silence of MaxWaitTime is the end', async (from, expected) => {
  const topic = await createTopic(broker);
  await produce(broker, topic, numbers(0, 10));
  const { records } = await readAll(await openTestInput({ Transport: source(topic), SkipToRecord: from }));
  expect(records).toEqual(expected);
});

test('by default only what is new is read', async () => {
  const topic = await createTopic(broker);
  await produce(broker, topic, numbers(0, 5));
  const reading = readAll(await openTestInput({ Transport: source(topic, { MaxWaitTime: 5000 }) }));
  await produce(broker, topic, numbers(5, 8));
  expect((await reading).records).toEqual(texts(5, 8));
});

test('an end control record in the topic ends the input', async () => {
  const topic = await createTopic(broker);
  await produce(broker, topic, [['1'], ['{"$fastscore":"end"}'], ['2']]);
  const stream = await openTestInput({
    Transport: source(topic, { MaxWaitTime: 100_000 }),
    SkipToRecord: 'earliest',
  });
  expect((await readAll(stream)).records).toEqual(['1']);
});

test.each(['gzip', 'snappy', 'lz4'] as const)('messages compressed with %s are read', async (compression) => {
  const topic = await createTopic(broker);
  await produce(broker, topic, numbers(0, 100), { compression });
  const { records } = await readAll(await openTestInput({ Transport: source(topic), SkipToRecord: 'earliest' }));
  expect(records).toEqual(texts(0, 100));
});

test('positions tell the offset of each partition, and a stream goes on there', async () => {
  const topic = await createTopic(broker, 3);
  await produce(
    broker,
    topic,
    numbers(0, 300).map(([text], i) => [text, i % 3] as [string, number]),
  );
  const transport = source(topic, { Partition: 'all' });
  const first = await openTestInput({ Transport: transport, SkipToRecord: 'earliest' });
  const item = await vi.waitUntil(() => first.take(100), { timeout: 20_000 });
  if (item.kind !== 'batch') throw new Error(`not a batch but ${item.kind}`);
  await first.close();
  const rest = await readAll(await openTestInput({ Transport: transport }, { position: item.position }));
  const all = [...textsOf(item.records), ...rest.records];
  expect(all.map(Number).sort((a, b) => a - b)).toEqual(numbers(0, 300).map(Number));
});

test('a group goes on behind what it has taken', async () => {
  const topic = await createTopic(broker);
  const group = randomUUID();
  await produce(broker, topic, numbers(0, 100));
  const transport = source(topic, { Group: group });
  const first = await openTestInput({ Transport: transport, SkipToRecord: 'earliest' });
  const taken = await vi.waitUntil(() => first.take(40), { timeout: 20_000 });
  if (taken.kind !== 'batch') throw new Error(`not a batch but ${taken.kind}`);
  first.commit!(taken.position!);
  await vi.waitFor(async () => expect(await committedOffset(broker, topic, group)).toBe(40), { timeout: 20_000 });
  await first.close();
  const { records } = await readAll(await openTestInput({ Transport: transport, SkipToRecord: 'earliest' }));
  expect(records).toEqual(texts(40, 100));
});

test('at the end of an input a group has committed all that was taken', async () => {
  const topic = await createTopic(broker);
  const group = randomUUID();
  await produce(broker, topic, numbers(0, 100));
  const stream = await openTestInput({ Transport: source(topic, { Group: group }), SkipToRecord: 'earliest' });
  expect((await readAll(stream)).records).toHaveLength(100);
  await stream.close();
  expect(await committedOffset(broker, topic, group)).toBe(100);
});

test('a group goes on behind an end control record', async () => {
  const topic = await createTopic(broker);
  const transport = source(topic, { Group: randomUUID(), MaxWaitTime: 100_000 });
  const open = (): Promise<InputStream> => openTestInput({ Transport: transport, SkipToRecord: 'earliest' });
  await produce(broker, topic, [...numbers(0, 3), ['{"$fastscore":"end"}']]);
  const first = await open();
  expect((await readAll(first)).records).toEqual(texts(0, 3));
  await first.close();
  await produce(broker, topic, [...numbers(3, 5), ['{"$fastscore":"end"}']]);
  expect((await readAll(await open())).records).toEqual(texts(3, 5));
});

test('what transactions have given up is not read, what they have committed is', async () => {
  const topic = await createTopic(broker);
  const producer = new Producer({
    clientId: 'test',
    bootstrapBrokers: [broker.bootstrap],
    idempotent: true,
    transactionalId: randomUUID(),
  });
  for (const [value, end] of [
    ['1', 'abort'],
    ['2', 'commit'],
    ['3', 'abort'],
    ['4', 'abort'],
    ['5', 'commit'],
  ] as const) {
    const transaction = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 });
    await transaction.send({ messages: [{ topic, partition: 0, value: Buffer.from(value) }] });
    await transaction[end]();
  }
  await producer.close();
  const { records } = await readAll(await openTestInput({ Transport: source(topic), SkipToRecord: 'earliest' }));
  expect(records).toEqual(['2', '5']);
});

test('with Metadata, keys, timestamps and headers go from one topic to another', async () => {
  const [from, to] = [await createTopic(broker), await createTopic(broker)];
  const messages = [
    { key: 'a', value: '{"n":12345678901234567890}', timestamp: 1_700_000_000_000, headers: { trace: '1', span: 'é' } },
    { key: '\xff', value: '[]', timestamp: 5, headers: {} },
  ];
  const client = new Producer({ clientId: 'test', bootstrapBrokers: [broker.bootstrap] });
  for (const { key, value, timestamp, headers } of messages) {
    const content = { key: Buffer.from(key, 'latin1'), value: Buffer.from(value), timestamp: BigInt(timestamp) };
    const pairs = Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)] as const);
    await client.send({ acks: -1, messages: [{ topic: from, partition: 0, ...content, headers: new Map(pairs) }] });
  }
  await client.close();
  const transport = source(from, { Metadata: true });
  const { records } = await readAll(await openTestInput({ Transport: transport, SkipToRecord: 'earliest' }));
  const output = await openTestOutput({ Transport: source(to, { Metadata: true }) });
  await output.write(recordsOf('json', records));
  await output.close();
  const consumer = new Consumer({ clientId: 'test', bootstrapBrokers: [broker.bootstrap], groupId: randomUUID() });
  const found: object[] = [];
  for await (const { key, value, timestamp, headers } of await consumer.consume({ topics: [to], mode: 'earliest' })) {
    const texts = Object.fromEntries([...headers].map(([name, text]) => [String(name), String(text)]));
    found.push({ key: key.toString('latin1'), value: String(value), timestamp: Number(timestamp), headers: texts });
    if (found.length === messages.length) break;
  }
  await consumer.close(true);
  expect(found).toEqual(messages);
});

test('with CommitOffset false nothing is committed until the model writes to kafka-offset', async () => {
  const topic = await createTopic(broker);
  const group = randomUUID();
  await produce(broker, topic, numbers(0, 10));
  const transport = source(topic, { Group: group, CommitOffset: false, MaxWaitTime: 100_000 });
  const taken = collect(await openTestInput({ Transport: transport, SkipToRecord: 'earliest' }));
  await vi.waitFor(() => expect(taken.records).toHaveLength(10), { timeout: 20_000 });
  expect(await committedOffset(broker, topic, group)).toBe(-1);
  const offsets = await openTestOutput({ Transport: { ...source(topic, { Group: group }), Type: 'kafka-offset' } });
  await offsets.write(recordsOf('json', ['7']));
  expect(await committedOffset(broker, topic, group)).toBe(7);
  await offsets.write(recordsOf('json', ['"done"']));
  await vi.waitFor(async () => expect(await committedOffset(broker, topic, group)).toBe(10), { timeout: 20_000 });
});

test.each(['none', 'gzip', 'snappy', 'lz4'])('records are written in order, compression %s', async (compression) => {
  const topic = await createTopic(broker);
  const output = await openTestOutput({ Transport: source(topic, { Compression: compression }) });
  await output.write(recordsOf('json', texts(0, 500)));
  await output.write(recordsOf('json', texts(500, 1000)));
  await output.close();
  expect(await consume(broker, topic, 1000)).toEqual(texts(0, 1000));
});

test('an output that goes on from a position writes nothing twice', async () => {
  const topic = await createTopic(broker);
  const first = await openTestOutput({ Transport: source(topic) });
  await first.write(recordsOf('json', texts(0, 10)));
  const position = first.checkpoint!.position();
  await first.checkpoint!.prepare();
  await first.write(recordsOf('json', texts(10, 15)));
  await first.close();
  const second = await openTestOutput({ Transport: source(topic) }, { position });
  await second.write(recordsOf('json', texts(10, 20)));
  await second.close();
  expect(await consume(broker, topic, 20)).toEqual(texts(0, 20));
});

test('more than a broker takes at once is written in parts, and a record that it never takes is told', async () => {
  const topic = await createTopic(broker);
  const large = JSON.stringify('x'.repeat(700_000));
  const records = [...texts(0, 10), ...Array.from({ length: 5 }, () => large), ...texts(10, 20)];
  const output = await openTestOutput({ Transport: source(topic) });
  await output.write(recordsOf('json', records));
  expect(await consume(broker, topic, records.length)).toEqual(records);
  const failed = new Promise((resolve) => output.onError(resolve));
  await output.write(recordsOf('json', [JSON.stringify('x'.repeat(2_000_000))]));
  expect(String(await failed)).toMatch(/does not take a record of 2000002 bytes/);
});

test('what a topic with a small max.message.bytes does not take at once is written in smaller parts', async () => {
  const topic = await createTopic(broker, 1, { 'max.message.bytes': '2000' });
  const output = await openTestOutput({ Transport: source(topic) });
  await output.write(recordsOf('json', texts(0, 1000)));
  await output.write(recordsOf('json', texts(1000, 1010)));
  await output.close();
  expect(await consume(broker, topic, 1010)).toEqual(texts(0, 1010));
});

test('a topic that does not exist is told when the stream is opened', async () => {
  await expect(openTestInput({ Transport: source(randomUUID()) })).rejects.toThrow(/topic|UNKNOWN_TOPIC/);
});

test('inputs and outputs outlive a broker that is killed and started again', async () => {
  const [from, to] = [await createTopic(broker), await createTopic(broker)];
  const input = await openTestInput({
    Transport: source(from, { MaxWaitTime: 100_000 }),
    SkipToRecord: 'earliest',
  });
  const output = await openTestOutput({ Transport: source(to), LingerTime: 60_000 });
  const taken = collect(input);
  await produce(broker, from, numbers(0, 10));
  await vi.waitFor(() => expect(taken.records).toHaveLength(10), { timeout: 20_000 });
  await output.write(recordsOf('json', texts(0, 10)));
  const restarted = broker.restart();
  const written = output.write(recordsOf('json', texts(10, 20)));
  await restarted;
  await written;
  await vi.waitFor(() => produce(broker, from, numbers(10, 20)), { timeout: 60_000 });
  await vi.waitFor(() => expect(new Set(taken.records).size).toBe(20), { timeout: 60_000 });
  expect(input.trouble).toBeNull();
  expect(output.trouble).toBeNull();
  expect(await consume(broker, to, 20)).toEqual(texts(0, 20));
});
