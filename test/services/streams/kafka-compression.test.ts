import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { Broker } from './kafka-broker.ts';
import { createTopic, startBroker } from './kafka-broker.ts';
import { produceLines, readLines } from './kafka-tools.ts';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const source = (topic: string, more: object = {}): object => ({
  Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, MaxWaitTime: 1500, ...more },
  SkipToRecord: 'earliest',
});

const records = Array.from({ length: 2000 }, (_, i) => JSON.stringify({ n: i, text: `x${'é'.repeat(i % 50)}` }));
const lines = records.map((record) => `${record}\n`).join('');

const COMPRESSIONS = ['gzip', 'snappy', 'lz4', 'zstd'];
/** Node 20 writes no zstd. */
const WRITTEN = COMPRESSIONS.filter((name) => name !== 'zstd' || 'zstdCompress' in zlib);

test.each(COMPRESSIONS)('what the console producer of Kafka has compressed with %s is read', async (compression) => {
  const topic = await createTopic(broker);
  const file = join(temporaryFolder(), 'lines');
  writeFileSync(file, lines);
  await produceLines(broker, topic, file, ['--compression-codec', compression]);
  expect((await readAll(await openTestInput(source(topic)))).records).toEqual(records);
});

test.each(WRITTEN)('the console consumer of Kafka reads what has been compressed with %s', async (Compression) => {
  const topic = await createTopic(broker);
  const output = await openTestOutput(source(topic, { Compression }));
  await output.write(recordsOf('json', records));
  await output.close();
  expect(await readLines(broker, topic)).toBe(lines);
});

test.runIf(!('zstdCompress' in zlib))('without zstd in Node, an output with it is refused', async () => {
  const topic = await createTopic(broker);
  await expect(openTestOutput(source(topic, { Compression: 'zstd' }))).rejects.toThrow(/Node 22/);
});
