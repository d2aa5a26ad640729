import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Broker } from './kafka-broker.ts';
import { committedOffsets, createTopic, endOffset, produce, startBroker } from './kafka-broker.ts';
import type { Runs } from './kafka-runs.ts';
import { openRuns } from './kafka-runs.ts';

const PARTITIONS = 4;
const COUNT = 8000;

let broker: Broker;
let runs: Runs;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
beforeEach(async () => {
  runs = await openRuns(broker, {
    'slow.py': 'import time\n\ndef action(x):\n    time.sleep(0.001)\n    yield x\n',
  });
});
afterEach(() => runs.close());

test('a group commits on when its broker has been started again, and lets others join', async () => {
  const from = await runs.createNumbers(COUNT, PARTITIONS);
  const [first, second] = await Promise.all([createTopic(broker), createTopic(broker)]);
  const group = randomUUID();
  await runs.writeStream('in.json', { Topic: from, Group: group });
  await runs.writeStream('out1.json', { Topic: first });
  await runs.writeStream('out2.json', { Topic: second });
  runs.start('run', 'slow.py', 'in.json', 'out1.json');
  await runs.hasOutputs(first, 1000);
  await broker.restart();
  await runs.hasOutputs(first, COUNT);
  await vi.waitFor(
    async () =>
      expect(await committedOffsets(broker, from, group, PARTITIONS)).toEqual(
        new Array(PARTITIONS).fill(COUNT / PARTITIONS),
      ),
    { timeout: 20_000, interval: 200 },
  );
  expect(await endOffset(broker, first)).toBe(COUNT);

  // One that joins gets partitions as soon as the other has heard of it.
  runs.start('run', 'slow.py', 'in.json', 'out2.json');
  await vi.waitUntil(
    async () => {
      await produce(broker, from, [
        ['1', 0],
        ['1', 1],
        ['1', 2],
        ['1', 3],
      ]);
      return (await endOffset(broker, second)) > 0;
    },
    { timeout: 30_000, interval: 200 },
  );
});
