import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { openSandbox } from '../../e2e/support/sandbox.ts';
import type { Broker } from './kafka-broker.ts';
import { committedValues, createTopic, produce, startBroker } from './kafka-broker.ts';

let broker: Broker;
let sandbox: Sandbox;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

beforeEach(async () => {
  sandbox = await openSandbox({ 'copy.py': 'def action(x):\n    yield x\n' });
});
afterEach(() => sandbox.close());

const writeStream = (name: string, topic: string, transport: object = {}): Promise<void> =>
  sandbox.write(
    name,
    JSON.stringify({
      Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, ...transport },
      Encoding: 'json',
      SkipToRecord: 'earliest',
      LingerTime: 60_000,
    }),
  );

test('an engine tells that the broker is away, and goes on when it is back', async () => {
  const [from, to] = [await createTopic(broker), await createTopic(broker)];
  await writeStream('in.json', from);
  await writeStream('out.json', to, { TransactionalId: randomUUID() });
  await sandbox.ok('model', 'add', 'copy', 'copy.py');
  await sandbox.ok('stream', 'add', 'in', 'in.json');
  await sandbox.ok('stream', 'add', 'out', 'out.json');
  await produce(broker, from, [['1'], ['2']]);
  await sandbox.ok('job', 'run', 'copy', 'in', 'out');
  const status = (): Promise<string> => sandbox.ok('job', 'status', '--json');
  const restarted = broker.restart();
  await vi.waitFor(async () => expect(await status()).toMatch(/ECONNREFUSED|connection|Connection/), {
    timeout: 60_000,
    interval: 100,
  });
  await restarted;
  await vi.waitFor(() => produce(broker, from, [['3'], ['{"$fastscore":"end"}']]), { timeout: 60_000 });
  await vi.waitFor(async () => expect(await sandbox.ok('engine', 'inspect')).toBe('FINISHED\n'), {
    timeout: 90_000,
    interval: 300,
  });
  expect(await committedValues(broker, to)).toEqual(['1', '2', '3']);
});
