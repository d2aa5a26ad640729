import type { ChildProcess } from 'node:child_process';
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

/** Starts a run that goes on until it is told to stop. */
function startRun(input: string, output: string): () => Promise<void> {
  let child: ChildProcess | null = null;
  const run = sandbox.fastscore(['run', 'copy.py', input, output], {
    onStart: (started) => {
      child = started;
    },
  });
  return async () => {
    child!.kill('SIGTERM');
    await run;
  };
}

test('a second run joins the group of a first one and leaves it, and nothing is lost', async () => {
  const from = await createTopic(broker, 4);
  const outputs = [await createTopic(broker), await createTopic(broker)] as const;
  await writeStream('in.json', from, { Group: randomUUID() });
  await writeStream('out0.json', outputs[0]);
  await writeStream('out1.json', outputs[1]);
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    const numbers = Array.from({ length: count }, (_, i) => [String(sent + i), i % 4] as [string, number]);
    await produce(broker, from, numbers);
    sent += count;
  };
  const values = async (): Promise<string[][]> => Promise.all(outputs.map((topic) => committedValues(broker, topic)));
  const allHaveCome = (): Promise<void> =>
    vi.waitFor(async () => expect(new Set((await values()).flat()).size).toBe(sent), {
      timeout: 60_000,
      interval: 500,
    });

  await send(100);
  const stopFirst = startRun('in.json', 'out0.json');
  await allHaveCome();
  const stopSecond = startRun('in.json', 'out1.json');
  await vi.waitFor(
    async () => {
      await send(40);
      expect((await values())[1]!.length).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 500 },
  );
  await allHaveCome();
  await stopSecond();
  await send(400);
  await allHaveCome();
  await stopFirst();
});

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
