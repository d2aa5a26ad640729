import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { Broker } from './kafka-broker.ts';

interface Script {
  runKafkaTool(tool: string, args: readonly string[], files: { input?: string; output?: string }): Promise<void>;
}

const script = async (): Promise<Script> =>
  (await import(new URL('../../../scripts/services/kafka.mjs', import.meta.url).href)) as Script;

/** Sends each line of a file as a message, by the tool of Apache Kafka itself. */
export async function produceLines(
  { bootstrap }: Broker,
  topic: string,
  input: string,
  options: readonly string[] = [],
): Promise<void> {
  const args = ['--bootstrap-server', bootstrap, '--topic', topic, ...options];
  await (await script()).runKafkaTool('org.apache.kafka.tools.ConsoleProducer', args, { input });
}

/** A topic from its beginning as a reader of what is committed sees it, a line for each message, by the tool of Apache Kafka itself. */
export async function readLines(
  { bootstrap }: Broker,
  topic: string,
  options: readonly string[] = [],
): Promise<string> {
  const output = join(temporaryFolder(), 'messages');
  const all = ['--from-beginning', '--isolation-level', 'read_committed', '--timeout-ms', '8000'];
  const args = ['--bootstrap-server', bootstrap, '--topic', topic, ...all, ...options];
  await (await script()).runKafkaTool('org.apache.kafka.tools.consumer.ConsoleConsumer', args, { output });
  return await readFile(output, 'utf8');
}
