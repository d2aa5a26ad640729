import type { Admin, Producer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { OutputCheckpoint, OutputPosition } from '../../types.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { Message, PartitionOf } from './as-messages.ts';
import { asMessages } from './as-messages.ts';
import type { Compression } from './compression.ts';
import { toKafkaError } from './kafka-error.ts';
import { ACKS_ALL, endOf, PartitionWriter } from './partition-writer.ts';
import { createPartitioner } from './partitioner.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';

interface KafkaOutputSettings extends KafkaSettings {
  readonly compression: Compression;
}

interface Clients {
  readonly producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly admin: Admin;
}

type RecordPosition = Extract<OutputPosition, { record: number }>;

/** Records appended to one partition, or to all by their keys. */
export class KafkaOutput implements OutputTransport {
  readonly pull = null;
  readonly checkpoint: OutputCheckpoint;
  readonly #settings: KafkaOutputSettings;
  readonly #options: OpenOutputTransportOptions;
  readonly #clients: Clients;
  readonly #closing = new AbortController();
  readonly #writers: ReadonlyMap<number, PartitionWriter>;
  readonly #partitionOf: PartitionOf;
  #closed: Promise<void> | null = null;

  private constructor(
    clients: Clients,
    settings: KafkaOutputSettings,
    { places, options }: { places: ReadonlyMap<number, WriterPlace>; options: OpenOutputTransportOptions },
    createPartitionOf: (from: number) => PartitionOf,
  ) {
    this.#clients = clients;
    this.#settings = settings;
    this.#options = options;
    const { topic, compression } = settings;
    const { signal } = this.#closing;
    const onFailure = (error: unknown): void => this.#fail(error);
    this.#writers = new Map(
      [...places].map(([partition, place]) => [
        partition,
        new PartitionWriter({ ...options, ...clients, ...place, topic, partition, compression, signal, onFailure }),
      ]),
    );
    this.#partitionOf = createPartitionOf(this.#record);
    this.checkpoint = { position: () => this.#position(), prepare: () => this.#last() };
  }

  static async open(settings: KafkaOutputSettings, options: OpenOutputTransportOptions): Promise<KafkaOutput> {
    const { partition } = settings;
    const position = positionIn(options.position, partition === 'all');
    const { Producer, Admin, compatibilityPartitioner } = await import('@platformatic/kafka');
    const common = clientOptions(settings);
    // What has arrived is looked up before anything is sent again.
    const producer: Clients['producer'] = new Producer({
      ...common,
      retries: false,
      acks: ACKS_ALL,
      idempotent: true,
    });
    const admin = new Admin(common);
    try {
      const partitions = partition === 'all' ? await partitionsOf(admin, settings.topic) : [partition];
      const places = await placesOf(admin, { topic: settings.topic, partitions, position });
      return new KafkaOutput({ producer, admin }, settings, { places, options }, (from) =>
        partition === 'all' ? createPartitioner(partitions.length, compatibilityPartitioner, from) : () => partition,
      );
    } catch (error) {
      await Promise.allSettled([producer.close(true), admin.close()]);
      throw toKafkaError(error);
    }
  }

  get ended(): boolean {
    return this.#closing.signal.aborted;
  }

  async write(records: readonly Buffer[]): Promise<void> {
    if (this.ended || this.#closed !== null) return;
    const messages = asMessages(records, this.#settings, this.#partitionOf);
    if (this.#writers.size === 1) {
      const [writer] = this.#writers.values();
      writer!.write(messages);
    } else {
      for (const [partition, ours] of byPartition(messages)) this.#writers.get(partition)!.write(ours);
    }
    await this.#last();
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  /** How many records there are in all. */
  get #record(): number {
    return [...this.#writers.values()].reduce((sum, { given }) => sum + given, 0);
  }

  #position(): OutputPosition {
    if (this.#settings.partition !== 'all') return { record: this.#record };
    const partitions = Object.fromEntries([...this.#writers].map(([partition, { given }]) => [partition, given]));
    return { record: this.#record, partitions };
  }

  async #last(): Promise<void> {
    await Promise.all([...this.#writers.values()].map(({ last }) => last));
  }

  #fail(error: unknown): void {
    if (this.ended) return;
    this.#closing.abort();
    this.#options.onFailure(error);
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !(await settlesWithin(this.#last(), lingerMs))) {
      this.#options.onLost('not everything was taken within LingerTime');
    }
    this.#closing.abort();
    const { producer, admin } = this.#clients;
    await Promise.allSettled([producer.close(true), admin.close()]);
  }
}

interface WriterPlace {
  readonly start: number;
  readonly end: number;
}

function byPartition(messages: readonly Message[]): Map<number, Message[]> {
  const groups = new Map<number, Message[]>();
  for (const message of messages) {
    const group = groups.get(message.partition!);
    if (group === undefined) groups.set(message.partition!, [message]);
    else group.push(message);
  }
  return groups;
}

/** Records in transactions are not counted by offsets. */
function positionIn(position: OutputPosition | null, isAll: boolean): RecordPosition | null {
  if (position === null || !('record' in position)) return null;
  const { transaction, partitions } = position;
  if (transaction !== undefined) throw otherStream(`had the TransactionalId '${transaction.id}'`);
  if ((partitions !== undefined) !== isAll) throw otherStream(isAll ? 'had one Partition' : `had "Partition": "all"`);
  return position;
}

function otherStream(what: string): FastScoreError {
  return new FastScoreError('BAD_INPUT', `the snapshot was taken while this stream ${what}`, {
    hint: 'Attach the stream as it was then, or run without resuming',
  });
}

async function partitionsOf(admin: Admin, topic: string): Promise<number[]> {
  const { topics } = await admin.metadata({ topics: [topic] });
  const found = topics.get(topic);
  if (found === undefined) throw new FastScoreError('STREAM_FAILED', `there is no topic '${topic}'`);
  return found.partitions.map((_, partition) => partition);
}

async function placesOf(
  admin: Admin,
  { topic, partitions, position }: { topic: string; partitions: readonly number[]; position: RecordPosition | null },
): Promise<Map<number, WriterPlace>> {
  const places = new Map<number, WriterPlace>();
  for (const partition of partitions) {
    const end = await endOf(admin, { topic, partition });
    const known = position?.partitions ?? null;
    const start = position === null ? end : known === null ? position.record : (known[partition] ?? 0);
    if (start > end) {
      throw new FastScoreError('BAD_INPUT', `has ${end} records, and is to be continued behind record ${start}`, {
        hint: 'It is not the output that belongs to the snapshot: run without resuming',
      });
    }
    places.set(partition, { start, end });
  }
  return places;
}
