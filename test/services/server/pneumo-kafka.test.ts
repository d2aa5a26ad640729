import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PneumoMessage } from '../../../src/api/pneumo.ts';
import { KafkaWriter, parseBrokers } from '../../../src/server/pneumo/kafka-writer.ts';
import type { Started } from '../../server/start-server.ts';
import { startServer } from '../../server/start-server.ts';
import type { Broker } from '../streams/kafka-broker.ts';
import { consume, createTopic, startBroker } from '../streams/kafka-broker.ts';

let broker: Broker;
let started: Started;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const configured = (pneumo: unknown) =>
  started.client.connect.setConfig(Buffer.from(JSON.stringify({ fastscore: { pneumo } })));
const consumed = async (topic: string, count: number): Promise<PneumoMessage[]> =>
  (await consume(broker, topic, count)).map((text) => JSON.parse(text));

describe('with the brokers of a configuration', () => {
  beforeAll(async () => {
    started = await startServer('socket');
  });
  afterAll(() => started.close());

  test('messages go to its topic, in order, as they are told in the server', async () => {
    const topic = await createTopic(broker);
    await configured({ type: 'kafka', bootstrap: [broker.bootstrap], topic });
    for (const state of ['running', 'paused', 'running', 'finished'] as const) started.engine.become(state);
    const messages = await consumed(topic, 4);
    expect(messages).toEqual((await started.client.connect.history({})).slice(-4));
    expect(messages.map((message) => message.type === 'engine-state' && message.state)).toEqual([
      'running',
      'paused',
      'running',
      'finished',
    ]);
    await configured({ type: 'REST' });
  });

  test('a sensor with a Sink of its own reports there, and not to Pneumo', async () => {
    const [topic, own] = [await createTopic(broker), await createTopic(broker)];
    await configured({ type: 'kafka', bootstrap: broker.bootstrap, topic });
    const id = await started.client.activeSensors('engine-1').install({
      Tap: 'manifold.0.records.count',
      Aggregate: null,
      Sink: { Type: 'Kafka', Topic: own, Partition: 0 },
    });
    started.engine.measures.flows.tell({ point: 'slot', slot: 0, records: 5, bytes: 70 });
    expect(await consumed(own, 1)).toMatchObject([
      { src: 'engine-1', type: 'sensor-report', id, tap: 'manifold.0.records.count', data: 5 },
    ]);
    expect(await started.client.connect.history({ type: 'sensor-report' })).toEqual([]);
    await started.client.activeSensors('engine-1').uninstall(id);
    await configured({ type: 'REST' });
  });
});

test('what is written while the brokers are away arrives when they are back', async () => {
  const topic = await createTopic(broker);
  const said: string[] = [];
  const writer = new KafkaWriter(parseBrokers([broker.bootstrap], topic), (text) => said.push(text));
  writer.write({ topic, partition: 0 }, 'first');
  expect(await consume(broker, topic, 1)).toEqual(['first']);
  const back = broker.restart();
  for (let number = 0; number < 20; number++) writer.write({ topic, partition: 0 }, `${number}`);
  await back;
  const values = await consume(broker, topic, 21);
  expect(new Set(values)).toEqual(new Set(['first', ...Array.from({ length: 20 }, (_, number) => `${number}`)]));
  await writer.close();
});
