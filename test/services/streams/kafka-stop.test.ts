import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Broker } from './kafka-broker.ts';
import { committedOffsets, committedValues, createTopic, startBroker } from './kafka-broker.ts';
import type { Runs } from './kafka-runs.ts';
import { openRuns } from './kafka-runs.ts';

const PARTITIONS = 4;
const COUNT = 8000;
const LOOK_MS = 2000;
/** A member that is gone is missed after 15 seconds, and what it had is seen through for up to 30. */
const SILENT_LOOKS = 30;

let broker: Broker;
let runs: Runs;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());
beforeEach(async () => {
  runs = await openRuns(broker, {
    'copy.py': 'def action(x):\n    yield x\n',
    'slow.py': 'import time\n\ndef action(x):\n    time.sleep(0.001)\n    yield x\n',
  });
});
afterEach(() => runs.close());

const sorted = (texts: readonly string[]): number[] => texts.map(Number).sort((a, b) => a - b);

async function valuesOf(topics: readonly string[]): Promise<string[]> {
  return (await Promise.all(topics.map((topic) => committedValues(broker, topic)))).flat();
}

/** Waits until everything is there, or nothing more has come for so long that nothing will: however slow the machine is. */
async function nothingMoreComes(topics: readonly string[]): Promise<void> {
  let count = 0;
  for (let looks = 0; count < COUNT && looks < SILENT_LOOKS; looks++) {
    const found = new Set(await valuesOf(topics)).size;
    if (found > count) [count, looks] = [found, 0];
    await delay(LOOK_MS);
  }
}

test.each([
  ['SIGTERM', '1'],
  ['SIGINT', '1'],
  ['SIGTERM', '2'],
  ['SIGINT', '2'],
] as const)(
  'when one of two runs of a group ends with %s, with %s jets each, every record comes out once',
  async (signal, jets) => {
    const from = await runs.createNumbers(COUNT, PARTITIONS);
    const outputs = await Promise.all([createTopic(broker), createTopic(broker)]);
    await runs.writeStream('in.json', { Topic: from, Group: randomUUID() });
    for (const [i, topic] of outputs.entries()) await runs.writeStream(`out${i}.json`, { Topic: topic });
    const endSecond = runs.start('run', 'slow.py', 'in.json', 'out1.json', '--scale', jets);
    await runs.hasOutputs(outputs[1]!, 1);
    const endFirst = runs.start('run', 'slow.py', 'in.json', 'out0.json', '--scale', jets);
    await runs.hasOutputs(outputs[0]!, 1);
    await endSecond(signal);
    await nothingMoreComes(outputs);
    await endFirst('SIGTERM');
    const values = sorted(await valuesOf(outputs));
    const all = new Set(values);
    expect({ missing: COUNT - all.size, twice: values.length - all.size }).toEqual({ missing: 0, twice: 0 });
  },
  300_000,
);

test('what a served engine has committed when SIGTERM ends it has been written', async () => {
  const from = await runs.createNumbers(COUNT, PARTITIONS);
  const to = await createTopic(broker);
  const group = randomUUID();
  await runs.writeStream('in.json', { Topic: from, Group: group });
  await runs.writeStream('out.json', { Topic: to });
  for (const [what, name, file] of [
    ['model', 'copy', 'copy.py'],
    ['stream', 'in', 'in.json'],
    ['stream', 'out', 'out.json'],
  ] as const)
    await runs.sandbox.ok(what, 'add', name, file);
  await runs.sandbox.fastscore(['engine', 'stop']);
  const end = runs.start('serve', '--listen', '127.0.0.1:0');
  await runs.sandbox.ok('job', 'run', 'copy', 'in', 'out');
  await runs.hasOutputs(to, 1000);
  await end('SIGTERM');
  const committed = await committedOffsets(broker, from, group, PARTITIONS);
  const written = new Set(await valuesOf([to]));
  const missing = committed
    .flatMap((offset, partition) =>
      Array.from({ length: Math.max(0, offset) }, (_, i) => String(i * PARTITIONS + partition)),
    )
    .filter((value) => !written.has(value));
  expect(missing).toEqual([]);
});
