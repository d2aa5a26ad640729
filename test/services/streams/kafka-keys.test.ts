import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { recordsOf } from '../../streams/read-all.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { Broker } from './kafka-broker.ts';
import { createTopic, startBroker } from './kafka-broker.ts';
import { produceLines, readLines } from './kafka-tools.ts';

const PARTITIONS = 7;

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const target = (topic: string, more: object = {}): object => ({
  Type: 'Kafka',
  BootstrapServers: [broker.bootstrap],
  Topic: topic,
  Partition: 'all',
  ...more,
});

/** Partition, key and value of all messages, by the tool of Apache Kafka itself. */
async function messagesIn(topic: string, count: number): Promise<string[]> {
  const print = ['print.partition', 'print.key'].flatMap((name) => ['--property', `${name}=true`]);
  let found: string[] = [];
  // The tool gives up on a broker that is slow.
  const haveCome = async (): Promise<boolean> => {
    found = (await readLines(broker, topic, print)).split('\n').filter((line) => line !== '');
    return found.length >= count;
  };
  await vi.waitUntil(haveCome, { timeout: 90_000 });
  return found;
}

const KEYS = Array.from({ length: 300 }, (_, i) => `${'é'.repeat(i % 5)}key ${i * 7919}${'x'.repeat(i % 23)}`);

test('what has the same key is where the console producer of Kafka puts it', async () => {
  const [theirs, ours] = [await createTopic(broker, PARTITIONS), await createTopic(broker, PARTITIONS)];
  const file = join(temporaryFolder(), 'lines');
  writeFileSync(file, KEYS.map((key) => `${key}|${JSON.stringify({ user: key })}\n`).join(''));
  const parse = ['parse.key=true', 'key.separator=|'].flatMap((property) => ['--property', property]);
  await produceLines(broker, theirs, file, parse);
  const output = await openTestOutput({ Transport: target(ours, { Key: 'user' }) });
  const records = KEYS.map((user) => JSON.stringify({ user }));
  await output.write(recordsOf('json', records.slice(0, 100)));
  await output.write(recordsOf('json', records.slice(100)));
  await output.close();
  const found = await messagesIn(ours, KEYS.length);
  expect(found.toSorted()).toEqual((await messagesIn(theirs, KEYS.length)).toSorted());
  expect(new Set(found.map((line) => line.split('\t')[0])).size).toBe(PARTITIONS);
});

test('without a key all partitions have their turn, with Metadata the key of each message decides', async () => {
  const topic = await createTopic(broker, 3);
  const output = await openTestOutput({ Transport: target(topic, { Metadata: true }) });
  const keyed = ['a', 'b', 'a', 'b', 'a', 'b'].map((key, i) => JSON.stringify({ key, value: i }));
  await output.write(recordsOf('json', [...keyed, '{"value":"x"}', '{"value":"y"}', '{"value":"z"}']));
  await output.close();
  const found = (await messagesIn(topic, 9)).map((line) => line.split('\t'));
  const partitionsOf = (key: string): Set<string> =>
    new Set(found.filter(([, theirs]) => theirs === key).map(([partition]) => partition!));
  expect([partitionsOf('a').size, partitionsOf('b').size, partitionsOf('null').size]).toEqual([1, 1, 3]);
});

test('an output to all partitions that goes on from a position writes nothing twice', async () => {
  const topic = await createTopic(broker, 3);
  const transport = target(topic, { Key: 'k' });
  const records = Array.from({ length: 60 }, (_, n) => JSON.stringify(n % 3 === 0 ? { n } : { k: `${n % 11}`, n }));
  const first = await openTestOutput({ Transport: transport });
  await first.write(recordsOf('json', records.slice(0, 20)));
  const position = first.checkpoint!.position();
  await first.checkpoint!.prepare();
  await first.write(recordsOf('json', records.slice(20, 33)));
  await first.close();
  const second = await openTestOutput({ Transport: transport }, { position });
  await second.write(recordsOf('json', records.slice(20)));
  await second.close();
  const values = (await messagesIn(topic, records.length)).map((line) => line.split('\t')[2]!);
  expect(values.toSorted()).toEqual(records.toSorted());
  await expect(openTestOutput({ Transport: target(topic, { Partition: 0 }) }, { position })).rejects.toThrow(/"all"/);
});
