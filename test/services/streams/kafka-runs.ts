import type { ChildProcess } from 'node:child_process';
import { vi } from 'vitest';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { openSandbox } from '../../e2e/support/sandbox.ts';
import type { Broker } from './kafka-broker.ts';
import { createTopic, endOffset, produce } from './kafka-broker.ts';

/** Ends a command with a signal, and waits until it is gone. */
export type End = (signal: NodeJS.Signals) => Promise<void>;

/** Commands that read and write topics. */
export interface Runs {
  readonly sandbox: Sandbox;
  /** Inputs, whose names begin with `in`, are read from the earliest record. */
  writeStream(name: string, transport: object): Promise<void>;
  /** A topic with the numbers up to `count`, in turn in its partitions. */
  createNumbers(count: number, partitions: number): Promise<string>;
  start(...args: string[]): End;
  /** Resolves when the first partition of a topic has so many records. */
  hasOutputs(topic: string, count: number): Promise<void>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

const BLOCK = 5000;

export async function openRuns(broker: Broker, files: Readonly<Record<string, string>>): Promise<Runs> {
  const sandbox = await openSandbox(files);
  const commands: End[] = [];
  return {
    sandbox,
    writeStream: (name, transport) =>
      sandbox.write(
        name,
        JSON.stringify({
          Transport: { Type: 'Kafka', BootstrapServers: [broker.bootstrap], ...transport },
          Encoding: 'json',
          ...(name.startsWith('in') && { SkipToRecord: 'earliest' }),
        }),
      ),
    async createNumbers(count, partitions) {
      const topic = await createTopic(broker, partitions);
      for (let from = 0; from < count; from += BLOCK) {
        const block = Array.from({ length: Math.min(BLOCK, count - from) }, (_, i) => from + i);
        await produce(
          broker,
          topic,
          block.map((number) => [String(number), number % partitions]),
        );
      }
      return topic;
    },
    start(...args) {
      let child: ChildProcess | null = null;
      const run = sandbox.fastscore(args, {
        onStart: (started) => {
          child = started;
        },
      });
      const end: End = async (signal) => {
        child!.kill(signal);
        await run;
      };
      commands.push(end);
      return end;
    },
    hasOutputs: (topic, count) =>
      vi
        .waitUntil(async () => (await endOffset(broker, topic)) >= count, { timeout: 100_000, interval: 50 })
        .then(() => {}),
    async close() {
      await Promise.all(commands.splice(0).map((end) => end('SIGTERM')));
      await sandbox.close();
    },
  };
}
