import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { InputItem, InputStream } from '../../../src/streams/types.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { readAll, textsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { committedOffsets, createTopic, membersOf, produce, startBroker } from './kafka-broker.ts';

const PARTITIONS = 4;
const END = '{"$fastscore":"end"}';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const open = (topic: string, transport: object, options = {}): Promise<InputStream> =>
  openTestInput(
    {
      Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, ...transport },
      SkipToRecord: 'earliest',
    },
    options,
  );

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const spread = (from: number, to: number): [string, number][] =>
  numbers(to - from).map((i) => [String(from + i), i % PARTITIONS]);
const ends = (partitions: readonly number[]): [string, number][] => partitions.map((partition) => [END, partition]);
const sorted = (texts: readonly string[]): number[] => texts.map(Number).sort((a, b) => a - b);

test('an end control record ends its partition, and the input is at its end when all partitions are', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  await produce(broker, topic, ends([0]));
  await produce(broker, topic, [...spread(0, 40_000), ...ends([3, 1])]);
  await produce(broker, topic, spread(40_000, 40_400));
  const stream = await open(topic, { Partition: 'all' });
  const reading = readAll(stream);
  // What has not ended goes on.
  await produce(broker, topic, [
    ['40400', 2],
    [END, 2],
  ]);
  const { records, items } = await reading;
  // Behind the end of their partitions are those of 0 all the time, and the later ones of 1 and 3.
  const expected = numbers(40_000).filter((i) => i % PARTITIONS !== 0);
  expected.push(...numbers(400).flatMap((i) => (i % PARTITIONS === 2 ? [40_000 + i] : [])), 40_400);
  expect(sorted(records)).toEqual(expected);
  expect(items.at(-1)).toMatchObject({ kind: 'eof', control: { kind: 'end' } });
});

test('with EndWhen any, the first end control record ends the input', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  await produce(broker, topic, [...spread(0, 40), ...ends([1])]);
  const { items } = await readAll(await open(topic, { Partition: 'all', EndWhen: 'any' }));
  expect(items.at(-1)).toMatchObject({ kind: 'eof', control: { kind: 'end' } });
});

test('a stream that goes on from a position knows which partitions have ended', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  await produce(broker, topic, [...spread(0, 40), ...ends([0, 1, 2])]);
  const first = await open(topic, { Partition: 'all' });
  const taken: string[] = [];
  let last: Extract<InputItem, { kind: 'batch' }> | null = null;
  const takeUntil = async (count: number): Promise<void> => {
    await vi.waitUntil(
      () => {
        const item = first.take(1000);
        if (item?.kind === 'batch') {
          last = item;
          taken.push(...textsOf(item.records));
        }
        return taken.length >= count;
      },
      { timeout: 20_000, interval: 10 },
    );
  };
  await takeUntil(40);
  await produce(broker, topic, [['40', 3]]);
  await takeUntil(41);
  await first.close();
  expect(last!.position).toMatchObject({ ended: expect.arrayContaining([0, 1, 2]) });
  await produce(broker, topic, [...spread(41, 49), ...ends([3])]);
  const { records } = await readAll(await open(topic, { Partition: 'all' }, { position: last!.position }));
  expect(sorted(records)).toEqual([44, 48]);
});

test('the members of a group are at their end when all partitions are, whoever gets them last', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  await produce(broker, topic, spread(0, 4000));
  const transport = { Group: randomUUID() };
  const first = await open(topic, transport);
  const second = await open(topic, transport);
  const reading = [readAll(first), readAll(second)] as const;
  await vi.waitUntil(
    async () => (await committedOffsets(broker, topic, transport.Group, PARTITIONS)).every((offset) => offset === 1000),
    { timeout: 40_000, interval: 200 },
  );
  await produce(broker, topic, ends([0, 1, 2, 3]));
  const read = await Promise.all(reading);
  expect(sorted(read.flatMap(({ records }) => records))).toEqual(numbers(4000));
  await vi.waitFor(
    async () =>
      expect(await committedOffsets(broker, topic, transport.Group, PARTITIONS)).toEqual([1001, 1001, 1001, 1001]),
    { timeout: 20_000 },
  );
});

test('a member that gets a partition whose end another has read knows that it has ended', async () => {
  const topic = await createTopic(broker, 2);
  const transport = { Group: randomUUID() };
  const [first, second] = [await open(topic, transport), await open(topic, transport)];
  const ended: string[] = [];
  const reading = [first, second].map(async (stream, i) => {
    await readAll(stream);
    ended.push(String(i));
    return stream;
  });
  await vi.waitUntil(
    async () => {
      await produce(broker, topic, [
        ['1', 0],
        ['1', 1],
      ]);
      return (await committedOffsets(broker, topic, transport.Group, 2)).every((offset) => offset > 0);
    },
    { timeout: 40_000, interval: 500 },
  );
  await produce(broker, topic, [[END, 0]]);
  await vi.waitUntil(() => ended.length === 1, { timeout: 20_000 });
  await (ended[0] === '0' ? first : second).close();
  // The other one has both partitions now, of which one has ended.
  await vi.waitFor(async () => expect(await membersOf(broker, transport.Group)).toBe(1), { timeout: 20_000 });
  await produce(broker, topic, [[END, 1]]);
  await Promise.all(reading);
  expect(ended).toHaveLength(2);
});

test('a group goes on behind the ends that an earlier run has read', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  const transport = { Group: randomUUID() };
  for (const [from, to] of [
    [0, 40],
    [40, 100],
  ] as const) {
    await produce(broker, topic, [...spread(from, to), ...ends([0, 1, 2, 3])]);
    const stream = await open(topic, transport);
    expect(sorted((await readAll(stream)).records)).toEqual(numbers(to - from).map((i) => from + i));
    await stream.close();
  }
});
