import type { Consumer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import { reasonOf } from './kafka-error.ts';
import type { Stretch } from './read-stretch.ts';
import { readStretch } from './read-stretch.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';
import { understandCompressions } from './understand-compressions.ts';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;

/** How long the broker holds a fetch back for data: short, so that the end of MaxWaitTime is not missed by much. */
export const FETCH_WAIT_MS = 500;
const FETCH_BYTES = 4 * 1024 * 1024;
const EARLIEST = -2n;
const LATEST = -1n;
/** Whether others have committed it or not. */
const READ_UNCOMMITTED = 0;

export interface TopicReaderOptions {
  readonly onWarning: (text: string) => void;
  /** A partition goes on elsewhere than behind what was read last: with its earliest record. */
  readonly onReset: (partition: number, offset: number) => void;
}

interface Topic {
  readonly id: string;
  readonly partitions: readonly { readonly leader: number }[];
}

/** Reads partitions of a topic, each from an offset on. */
export class TopicReader {
  readonly #client: Client;
  readonly #settings: KafkaSettings;
  readonly #options: TopicReaderOptions;
  /** What is to be fetched next in each partition. */
  readonly #next = new Map<number, number>();
  #id: string | null = null;
  #round = 0;

  private constructor(client: Client, settings: KafkaSettings, options: TopicReaderOptions) {
    this.#client = client;
    this.#settings = settings;
    this.#options = options;
  }

  static async open(settings: KafkaSettings, options: TopicReaderOptions): Promise<TopicReader> {
    const { Consumer } = await import('@platformatic/kafka');
    await understandCompressions();
    const client: Client = new Consumer({
      ...clientOptions(settings),
      groupId: 'fastscore-without-group',
      autocommit: false,
      maxWaitTime: FETCH_WAIT_MS,
    });
    return new TopicReader(client, settings, options);
  }

  /** Counts how often everything has been dropped: what was fetched in an earlier round is to be thrown away. */
  get round(): number {
    return this.#round;
  }

  get isIdle(): boolean {
    return this.#next.size === 0;
  }

  /** From now on a partition is read, from there. */
  place(partition: number, offset: number): void {
    this.#next.set(partition, offset);
  }

  /** A partition is not read any more. */
  drop(partition: number): void {
    this.#next.delete(partition);
  }

  dropAll(): void {
    this.#next.clear();
    this.#round += 1;
  }

  /** How many partitions the topic has. */
  async count(): Promise<number> {
    return (await this.#topic(false)).partitions.length;
  }

  /** Where partitions begin or end, by their numbers. */
  async offsets(which: 'earliest' | 'latest'): Promise<Map<number, number>> {
    return await this.#list({ timestamp: which === 'earliest' ? EARLIEST : LATEST });
  }

  /** What there is to read next, of several partitions. Does not wait long for something to come. */
  async fetch(maxWaitMs: number): Promise<Stretch[]> {
    const { id, partitions } = await this.#topic(false);
    if (this.#id !== null && this.#id !== id) await this.#startAnew();
    this.#id = id;
    const byLeader = new Map<number, number[]>();
    for (const partition of this.#next.keys()) {
      const leader = partitions[partition]?.leader;
      if (leader === undefined) throw new Error(`the topic has no partition ${partition} any more`);
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    const fetches = [...byLeader].map(([node, ours]) => this.#fetchFrom(node, id, { ours, maxWaitMs }));
    return (await Promise.all(fetches)).flat();
  }

  /** Makes a fetch that has failed possible, if something can be done about it. @returns whether */
  async recover(error: unknown): Promise<boolean> {
    const isOutside = reasonOf(error).includes('OFFSET_OUT_OF_RANGE') && (await this.#reset());
    if (!isOutside) await this.#topic(true).catch(() => {});
    return isOutside;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.close(true)]);
  }

  async #fetchFrom(
    node: number,
    topicId: string,
    { ours, maxWaitMs }: { ours: readonly number[]; maxWaitMs: number },
  ): Promise<Stretch[]> {
    const round = this.#round;
    const from = new Map(ours.map((partition) => [partition, this.#next.get(partition)!]));
    const response = await this.#client.fetch({
      node,
      maxWaitTime: Math.min(FETCH_WAIT_MS, maxWaitMs + 1),
      maxBytes: FETCH_BYTES,
      topics: [
        {
          topicId,
          partitions: ours.map((partition) => ({
            partition,
            fetchOffset: BigInt(from.get(partition)!),
            partitionMaxBytes: FETCH_BYTES,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          })),
        },
      ],
    });
    const { metadata } = this.#settings;
    return response.responses.flatMap(({ partitions }) =>
      partitions.flatMap((fetched) => {
        const { partitionIndex: partition } = fetched;
        const stretch = readStretch(fetched, from.get(partition)!, metadata);
        // It may have been dropped meanwhile.
        if (this.#round !== round || !this.#next.has(partition)) return [];
        this.#next.set(partition, stretch.next);
        return stretch.records.length === 0 ? [] : [stretch];
      }),
    );
  }

  /** What is to be read of a partition may not be there any more, or not yet: the topic was cut off, or is another one. */
  async #reset(): Promise<boolean> {
    const earliest = await this.offsets('earliest');
    const ends = await this.#list({ timestamp: LATEST, isolationLevel: READ_UNCOMMITTED });
    const flaws: string[] = [];
    for (const [partition, next] of this.#next) {
      const [first, end] = [earliest.get(partition) ?? 0, ends.get(partition) ?? 0];
      if (next >= first && next <= end) continue;
      flaws.push(`${next} of partition ${partition}, which has ${first} to ${end}`);
      this.#restart(partition, first);
    }
    if (flaws.length === 0) return false;
    this.#options.onWarning(
      `what was to be read next is not in the topic (offset ${flaws.join('; ')}): going on with the earliest record`,
    );
    return true;
  }

  /** The topic is another one than before, of the same name. */
  async #startAnew(): Promise<void> {
    const earliest = await this.offsets('earliest');
    for (const partition of this.#next.keys()) this.#restart(partition, earliest.get(partition) ?? 0);
    this.#options.onWarning('the topic has been deleted and created again: going on with its earliest record');
  }

  #restart(partition: number, offset: number): void {
    this.#next.set(partition, offset);
    this.#options.onReset(partition, offset);
  }

  async #list(options: { timestamp: bigint; isolationLevel?: 0 | 1 }): Promise<Map<number, number>> {
    const { topic } = this.#settings;
    const offsets = (await this.#client.listOffsets({ topics: [topic], ...options })).get(topic) ?? [];
    return new Map(offsets.map((offset, partition) => [partition, Number(offset)]));
  }

  async #topic(forceUpdate: boolean): Promise<Topic> {
    const { topic } = this.#settings;
    const metadata = await this.#client.metadata({ topics: [topic], forceUpdate });
    const found = metadata.topics.get(topic);
    if (found === undefined) throw new FastScoreError('STREAM_FAILED', `there is no topic '${topic}'`);
    return found;
  }
}
