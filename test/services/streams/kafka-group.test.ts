import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { openSandbox, processesIn } from '../../e2e/support/sandbox.ts';
import { textsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { committedValues, createTopic, endOffset, produce, startBroker } from './kafka-broker.ts';

const PARTITIONS = 4;
const MOST_AHEAD = 20_000;
const BLOCK = 2000;

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

/** Writes numbers to a topic all the time, some way ahead of those who read them. */
class Load {
  sent = 0;
  readonly #topic: string;
  readonly #taken: () => number | Promise<number>;
  readonly #loading: Promise<void>;
  #isOver = false;

  constructor(topic: string, taken: () => number | Promise<number>) {
    this.#topic = topic;
    this.#taken = taken;
    this.#loading = this.#load();
    this.#loading.catch(() => {});
  }

  /** Writes a last block, behind all that has been taken until now. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#loading;
    await this.#send();
  }

  async #load(): Promise<void> {
    while (!this.#isOver) {
      await this.#send();
      const hasRoom = async (): Promise<boolean> => this.#isOver || this.sent - (await this.#taken()) < MOST_AHEAD;
      await vi.waitUntil(hasRoom, { timeout: 60_000 });
    }
  }

  async #send(): Promise<void> {
    const from = this.sent;
    const messages = Array.from({ length: BLOCK }, (_, i) => [String(from + i), i % PARTITIONS] as [string, number]);
    await produce(broker, this.#topic, messages);
    this.sent += messages.length;
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const sorted = (texts: readonly string[]): number[] => texts.map(Number).sort((a, b) => a - b);

interface Member {
  readonly records: string[];
  stop(): Promise<void>;
}

/** A member that takes a few records at a time. */
async function startMember(transport: object): Promise<Member> {
  const stream = await openTestInput({ Transport: transport, SkipToRecord: 'earliest' });
  const records: string[] = [];
  const timer = setInterval(() => {
    const item = stream.take(100);
    if (item?.kind !== 'batch') return;
    records.push(...textsOf(item.records));
    stream.commit!(item.position!);
  }, 5);
  return {
    records,
    async stop() {
      clearInterval(timer);
      await stream.close();
    },
  };
}

const hasGrown = async ({ records }: Member): Promise<void> => {
  const before = records.length;
  await vi.waitUntil(() => records.length > before + 500, { timeout: 60_000 });
};

test('members that join and leave a group under load take every record, and none of them twice', async () => {
  const topic = await createTopic(broker, PARTITIONS);
  const transport = { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, Group: randomUUID() };
  const first = await startMember(transport);
  const members = [first];
  const taken = (): string[] => members.flatMap(({ records }) => records);
  const load = new Load(topic, () => taken().length);
  await hasGrown(first);
  for (let round = 0; round < 3; round++) {
    const other = await startMember(transport);
    members.push(other);
    await hasGrown(other);
    await hasGrown(first);
    await other.stop();
  }
  await load.stop();
  await vi.waitUntil(() => new Set(taken()).size === load.sent, { timeout: 60_000 });
  await first.stop();
  expect(sorted(taken())).toEqual(numbers(load.sent));
});

describe('runs that share a topic', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await openSandbox({
      'copy.py': 'def action(x):\n    yield x\n',
      'commit.py': '# fastscore.slot.3: in-use\ndef action(x):\n    yield x\n    yield (3, "done")\n',
    });
  });
  afterEach(() => sandbox.close());

  const writeStream = (name: string, transport: object): Promise<void> =>
    sandbox.write(
      name,
      JSON.stringify({
        Transport: { BootstrapServers: [broker.bootstrap], ...transport },
        Encoding: 'json',
        ...(name === 'in.json' && { SkipToRecord: 'earliest' }),
      }),
    );

  /** @returns what ends it with a signal */
  function startRun(...args: string[]): (signal: NodeJS.Signals) => Promise<void> {
    let child: ChildProcess | null = null;
    const run = sandbox.fastscore(['run', ...args], {
      onStart: (started) => {
        child = started;
      },
    });
    return async (signal) => {
      child!.kill(signal);
      await run;
    };
  }

  /** Two runs of a group, of which the second one ends under load. @returns what came out of both when nothing more does */
  async function runTwo(
    signal: NodeJS.Signals,
    { model, commits, isTransactional = false }: { model: string; commits: boolean; isTransactional?: boolean },
  ): Promise<{ sent: number; values: string[] }> {
    const from = await createTopic(broker, PARTITIONS);
    const outputs = await Promise.all([createTopic(broker), createTopic(broker)]);
    const group = { Topic: from, Group: randomUUID() };
    await writeStream('in.json', { Type: 'Kafka', ...group, CommitOffset: commits });
    await writeStream('offsets.json', { Type: 'kafka-offset', ...group });
    for (const [i, topic] of outputs.entries())
      await writeStream(`out${i}.json`, {
        Type: 'Kafka',
        Topic: topic,
        ...(isTransactional && { TransactionalId: topic }),
      });
    const further = commits ? [] : ['--stream', '3:offsets.json'];
    const ends = (): Promise<number[]> => Promise.all(outputs.map((topic) => endOffset(broker, topic)));
    const hasOutput = async (i: number): Promise<void> => {
      const before = (await ends())[i]!;
      await vi.waitUntil(async () => (await ends())[i]! > before + 500, { timeout: 60_000 });
    };
    const load = new Load(from, async () => (await ends()).reduce((sum, end) => sum + end, 0));
    const endFirst = startRun(model, 'in.json', 'out0.json', ...further);
    await hasOutput(0);
    const endSecond = startRun(model, 'in.json', 'out1.json', ...further);
    await hasOutput(1);
    await hasOutput(0);
    await endSecond(signal);
    await hasOutput(0);
    await load.stop();
    const values = async (): Promise<string[]> =>
      (await Promise.all(outputs.map((topic) => committedValues(broker, topic)))).flat();
    let all = await values();
    const lastBlock = numbers(load.sent).slice(-BLOCK).map(String);
    const isOver = async (): Promise<boolean> => {
      all = await values();
      const found = new Set(all);
      return lastBlock.every((value) => found.has(value));
    };
    // The partitions of a member that was killed are given to others after 15 seconds.
    await vi.waitUntil(isOver, { timeout: 80_000, interval: 500 });
    await endFirst('SIGTERM');
    await vi.waitUntil(async () => (await processesIn(join(sandbox.home, 'jets'))).length === 0, { timeout: 20_000 });
    return { sent: load.sent, values: all };
  }

  test('when one is stopped the other goes on, and every record comes out once', async () => {
    const { sent, values } = await runTwo('SIGTERM', { model: 'copy.py', commits: true });
    expect(sorted(values)).toEqual(numbers(sent));
  });

  test('when one is killed the other goes on, and nothing is missing', async () => {
    const { sent, values } = await runTwo('SIGKILL', { model: 'copy.py', commits: true });
    expect(new Set(values).size).toBe(sent);
  });

  test('when one is stopped that writes in transactions, every record comes out once', async () => {
    const { sent, values } = await runTwo('SIGTERM', { model: 'copy.py', commits: true, isTransactional: true });
    expect(sorted(values)).toEqual(numbers(sent));
  });

  test('when one is killed whose model commits itself, nothing is missing', async () => {
    const { sent, values } = await runTwo('SIGKILL', { model: 'commit.py', commits: false });
    expect(new Set(values).size).toBe(sent);
  });
});
