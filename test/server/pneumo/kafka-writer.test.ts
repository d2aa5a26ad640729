import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { KafkaWriter, parseBrokers } from '../../../src/server/pneumo/kafka-writer.ts';

test('brokers that cannot be reached are told of once, and closing does not wait for them', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as { port: number };
  await new Promise((resolve) => gone.close(resolve));
  const said: string[] = [];
  const writer = new KafkaWriter(parseBrokers([`127.0.0.1:${port}`], 'notify'), (text) => said.push(text));
  writer.write({ topic: 'notify', partition: 0 }, 'lost');
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('Kafka does not take messages')]), 20_000);
  writer.write({ topic: 'notify', partition: 0 }, 'lost, too');
  await writer.close();
  expect(said).toHaveLength(1);
});

test.each([
  [undefined, 'notify', "requires 'BootstrapServers'"],
  [[], 'notify', 'must name a broker'],
  ['broker:x', 'notify', 'host:port'],
  [['broker:9092'], 'a b', "'Topic'"],
])('brokers %j with topic %j are refused', (bootstrap, topic, sentence) => {
  expect(() => parseBrokers(bootstrap, topic)).toThrow(sentence);
});
