import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { openSandbox, processesIn } from '../../e2e/support/sandbox.ts';
import { waitFor } from '../../e2e/support/wait-for.ts';
import { SUMS } from '../../fault/interrupted-run.ts';
import type { Broker } from './kafka-broker.ts';
import { createTopic, endOffset, produce, startBroker } from './kafka-broker.ts';
import { readLines } from './kafka-tools.ts';

const RECORDS = 60_000;
const INTERRUPTIONS = 8;

let broker: Broker;
let input: string;
let sandbox: Sandbox;
beforeAll(async () => {
  broker = await startBroker();
  input = await createTopic(broker);
  const numbers = Array.from({ length: RECORDS }, (_, i) => [String(i)] as [string]);
  await produce(broker, input, numbers, { compression: 'gzip' });
  await produce(broker, input, [['{"$fastscore":"end"}']]);
});
afterAll(() => broker.stop());

beforeEach(async () => {
  sandbox = await openSandbox({
    'sum.py': SUMS['sum.py'],
    'copy.py': '# fastscore.snapshots: every 2000, keep 3\ndef action(x):\n    yield x\n',
  });
  await sandbox.write('in.json', descriptor(input, { SkipToRecord: 'earliest' }));
});
afterEach(() => sandbox.close());

const descriptor = (topic: string, more: object = {}, transport: object = {}): string =>
  JSON.stringify({
    Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, ...transport },
    Encoding: 'json',
    LingerTime: 60_000,
    ...more,
  });

/** Writes the descriptor of an output to a new topic. */
async function newOutput(name: string, transport: object = { TransactionalId: randomUUID() }): Promise<string> {
  const topic = await createTopic(broker);
  await sandbox.write(name, descriptor(topic, {}, transport));
  return topic;
}

const moments = (): number[] => Array.from({ length: INTERRUPTIONS }, () => Math.floor((Math.random() * RECORDS) / 4));

/** Runs until so many more records are in the topic, and kills the run. @returns whether it was over before */
async function runUntil(topic: string, more: number, args: readonly string[]): Promise<boolean> {
  const reached = (await endOffset(broker, topic)) + more;
  let isOver = false;
  const going = (await sandbox.fastscore(['snapshot', 'show', args[0]!.replace('.py', ''), 'latest'])).status === 0;
  const { status, stderr } = await sandbox.fastscore(
    ['run', ...args, 'in.json', 'out.json', ...(going ? ['--from-snapshot', 'latest', '--resume'] : [])],
    {
      onStart: (child) => {
        child.once('exit', () => {
          isOver = true;
        });
        void (async () => {
          while (!isOver && (await endOffset(broker, topic)) < reached);
          child.kill('SIGKILL');
        })();
      },
    },
  );
  if (status !== null)
    expect({ status, stderr: stderr.replace(/^Going on from .*\n/, '') }).toEqual({ status: 0, stderr: '' });
  await waitFor('the jets are gone', async () => (await processesIn(join(sandbox.home, 'jets'))).length === 0);
  return status === 0;
}

async function interruptedRun(topic: string, args: readonly string[], earliest = 0): Promise<void> {
  for (const moment of moments()) if (await runUntil(topic, Math.max(earliest, moment), args)) return;
  while (!(await runUntil(topic, Number.POSITIVE_INFINITY, args)));
}

test('killed at random moments and resumed, a run writes the topic of one that was not', async () => {
  const undisturbed = await newOutput('undisturbed.json');
  await sandbox.ok('run', 'sum.py', 'in.json', 'undisturbed.json', '--name', 'undisturbed');
  const topic = await newOutput('out.json');
  await interruptedRun(topic, ['sum.py']);
  const lines = await readLines(broker, topic);
  expect(lines.split('\n')).toHaveLength(RECORDS + 1);
  expect(lines === (await readLines(broker, undisturbed))).toBe(true);
}, 400_000);

test('without transactions the same holds for a model that gives the same outputs again', async () => {
  const undisturbed = await newOutput('undisturbed.json', {});
  await sandbox.ok('run', 'sum.py', 'in.json', 'undisturbed.json', '--name', 'undisturbed');
  const topic = await newOutput('out.json', {});
  // Before the first snapshot there is nothing to go on from: the run begins anew, behind what is there.
  await interruptedRun(topic, ['sum.py'], 10_000);
  expect((await readLines(broker, topic)) === (await readLines(broker, undisturbed))).toBe(true);
}, 400_000);

test('with several jets, whose order is not the same again, every record is there once', async () => {
  const topic = await newOutput('out.json');
  await interruptedRun(topic, ['copy.py', '--scale', '3']);
  const numbers = (await readLines(broker, topic)).split('\n').slice(0, -1).map(Number);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: RECORDS }, (_, i) => i));
}, 400_000);

test('an engine that is killed goes on after snapshot restore --resume to the topic of one that was not', async () => {
  const undisturbed = await newOutput('undisturbed.json');
  await sandbox.ok('run', 'sum.py', 'in.json', 'undisturbed.json', '--name', 'undisturbed');
  const topic = await newOutput('out.json');
  await sandbox.ok('model', 'add', 'sum', 'sum.py');
  await sandbox.ok('stream', 'add', 'in', 'in.json');
  await sandbox.ok('stream', 'add', 'out', 'out.json');
  await sandbox.ok('job', 'run', 'sum', 'in', 'out');
  for (const share of [0.2, 0.5, 0.8]) {
    const reached = RECORDS * (share + Math.random() * 0.1);
    await waitFor('the output has grown', async () => (await endOffset(broker, topic)) >= reached);
    const { pid } = JSON.parse(await readFile(join(sandbox.home, 'run', 'engine.json'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await waitFor('its jets are gone', async () => (await processesIn(join(sandbox.home, 'jets'))).length === 0);
    await sandbox.ok('snapshot', 'restore', 'sum', '--resume');
    await sandbox.ok('job', 'run', 'sum', 'in', 'out');
  }
  await waitFor('the run is over', async () => (await sandbox.ok('engine', 'inspect')) === 'FINISHED\n');
  expect((await readLines(broker, topic)) === (await readLines(broker, undisturbed))).toBe(true);
}, 400_000);
