import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import type { InputPosition } from '../../types.ts';
import { Backoff } from '../backoff.ts';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import { addCompanion } from './companions.ts';
import { Delivered } from './delivered.ts';
import { isUnreadable, reasonOf, toKafkaError } from './kafka-error.ts';
import type { Stretch } from './read-stretch.ts';
import { readStretch } from './read-stretch.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';
import { understandCompressions } from './understand-compressions.ts';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;

/** How long the broker holds a fetch back for data: short, so that the end of MaxWaitTime is not missed by much. */
const FETCH_WAIT_MS = 500;
const FETCH_BYTES = 4 * 1024 * 1024;
const SESSION_TIMEOUT_MS = 15_000;
const COORDINATOR_PAUSE_MS = 200;
const MOST_COORDINATOR_TRIES = 50;
const EARLIEST = -2n;
const LATEST = -1n;

interface Fetched {
  /** Which assignment of partitions it belongs to. */
  readonly assignment: number;
  readonly records: readonly Buffer[];
  /** Puts what was fetched on record: it is about to be handed on. */
  readonly accept: () => void;
}

/** Partitions of a topic, read in fetches of which one is under way ahead of the reader. */
export class KafkaInput implements InputTransport {
  readonly start = 0;
  readonly push = null;
  readonly #settings: KafkaSettings;
  readonly #options: OpenInputTransportOptions;
  readonly #client: Client;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  /** What is to be fetched next in each partition that is ours. */
  readonly #offsets = new Map<number, number>();
  #delivered = new Delivered(new Map());
  #hasLooped = false;
  #ahead: Promise<Fetched | null> | null = null;
  #lastData = performance.now();
  /** Whether the group has told us which partitions are ours. */
  #isReassigned = false;
  /** Counts how often they have been given back. */
  #assignment = 0;
  /** Where a run that goes on begins in each partition: once it has begun, the group knows better. */
  #resumed: Readonly<Record<string, number>> | null;
  /** Whether the client has given up being in the group. */
  #isExpelled = false;
  #position: Readonly<Record<string, number>> = {};
  #committing: Promise<void> | null = null;
  #mustCommit = false;
  #removeCompanion: () => void = () => {};
  #closed: Promise<void> | null = null;

  private constructor(client: Client, settings: KafkaSettings, options: OpenInputTransportOptions) {
    this.#client = client;
    this.#settings = settings;
    this.#options = options;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
    this.#resumed = options.partitions;
    client.on('consumer:group:rebalance', () => this.#giveBack());
    client.on('consumer:group:join', () => {
      this.#giveBack();
      this.#isReassigned = true;
    });
    client.on('error', () => {
      this.#isExpelled = true;
    });
  }

  static async open(settings: KafkaSettings, options: OpenInputTransportOptions): Promise<KafkaInput> {
    const { Consumer } = await import('@platformatic/kafka');
    await understandCompressions();
    const client: Client = new Consumer({
      ...clientOptions(settings),
      groupId: settings.group ?? 'fastscore-without-group',
      // The client would join anew and then commit what belongs to somebody else by now.
      ...(settings.group !== null && { retries: false }),
      autocommit: false,
      sessionTimeout: SESSION_TIMEOUT_MS,
      maxWaitTime: FETCH_WAIT_MS,
    });
    const input = new KafkaInput(client, settings, options);
    try {
      await input.#begin();
      return input;
    } catch (error) {
      await input.close();
      throw toKafkaError(error);
    }
  }

  async read(): Promise<readonly Buffer[] | null> {
    for (;;) {
      this.#ahead ??= this.#fetch();
      const fetched = await this.#ahead;
      if (fetched === null || this.#closing.signal.aborted) return null;
      if (fetched.assignment !== this.#assignment) {
        this.#ahead = null;
        continue;
      }
      fetched.accept();
      this.#ahead = this.#fetch();
      this.#ahead.catch(() => {});
      if (fetched.records.length > 0) return fetched.records;
    }
  }

  readonly positionAt = (record: number): InputPosition => {
    if (!this.#hasLooped) this.#position = this.#delivered.after(record);
    if (this.#settings.commitOffset) this.#commitSoon();
    return { partitions: this.#position };
  };

  readonly rewind = async (): Promise<void> => {
    await this.#ahead?.catch(() => {});
    this.#ahead = null;
    this.#hasLooped = true;
    for (const [partition, offset] of await this.#listOffsets(EARLIEST)) this.#offsets.set(partition, offset);
    this.#delivered = new Delivered(this.#offsets);
    this.#lastData = performance.now();
  };

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#removeCompanion();
    await this.#committing?.catch(() => {});
    await this.#ahead?.catch(() => {});
    await Promise.allSettled([this.#client.close(true)]);
  }

  async #begin(): Promise<void> {
    const { topic, group, partition, commitOffset } = this.#settings;
    const { partitions } = await this.#topic(false);
    if (group === null) {
      const count = partitions.length;
      const ours = partition === 'all' ? partitions.map((_, i) => i) : [partition];
      if (typeof partition === 'number' && partition >= count) {
        throw new FastScoreError('BAD_DESCRIPTOR', `there is no partition ${partition}, the topic has ${count}`);
      }
      for (const [number, offset] of await this.#startOffsets(ours, new Map())) this.#offsets.set(number, offset);
    } else {
      this.#client.topics.track(topic);
      await this.#join();
      await this.#takeOver();
      if (!commitOffset)
        this.#removeCompanion = addCompanion(group, topic, { commit: (offset) => this.#commitNow(offset) });
    }
    this.#delivered = new Delivered(this.#offsets);
    this.#position = this.#delivered.after(0);
    this.#resumed = null;
  }

  /** Reads what there is to read; trouble is overcome here. null: the input is at its end. */
  async #fetch(): Promise<Fetched | null> {
    while (!this.#closing.signal.aborted) {
      if (performance.now() - this.#lastData > this.#settings.maxWaitMs) return null;
      try {
        if (this.#isExpelled) await this.#join();
        if (this.#isReassigned) await this.#takeOver();
        const fetched = await this.#fetchOnce();
        this.#backoff.succeeded();
        if (fetched !== null) return fetched;
      } catch (error) {
        if (this.#closing.signal.aborted) return null;
        await this.#overcome(error);
      }
    }
    return null;
  }

  async #overcome(error: unknown): Promise<void> {
    if (isUnreadable(error)) throw toKafkaError(error);
    if (reasonOf(error).includes('OFFSET_OUT_OF_RANGE')) {
      this.#options.onWarning('what was to be read is not in the topic any more: going on with the earliest record');
      for (const [partition, offset] of await this.#listOffsets(EARLIEST)) {
        if (offset > (this.#offsets.get(partition) ?? 0)) this.#offsets.set(partition, offset);
      }
      return;
    }
    await this.#backoff.failed(new Error(reasonOf(error)));
    await this.#topic(true).catch(() => {});
    // While there is no broker there is no silence.
    this.#lastData = performance.now();
  }

  async #fetchOnce(): Promise<Fetched | null> {
    if (this.#offsets.size === 0) {
      await delay(FETCH_WAIT_MS / 5);
      return null;
    }
    const assignment = this.#assignment;
    const { id, partitions } = await this.#topic(false);
    const byLeader = new Map<number, number[]>();
    for (const partition of this.#offsets.keys()) {
      const leader = partitions[partition]!.leader;
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
    }
    const fetches = [...byLeader].map(([node, ours]) => this.#fetchFrom(node, id, ours));
    const stretches = (await Promise.all(fetches)).flat();
    if (assignment !== this.#assignment) return null;
    const records = stretches.flatMap((stretch) => stretch.records);
    for (const { partition, next } of stretches) this.#offsets.set(partition, next);
    if (records.length === 0) return null;
    this.#lastData = performance.now();
    const accept = (): void => {
      for (const { partition, nexts } of stretches) this.#delivered.add(partition, nexts);
    };
    return { assignment, records, accept };
  }

  async #fetchFrom(node: number, topicId: string, ours: readonly number[]): Promise<Stretch[]> {
    const offsets = new Map(ours.map((partition) => [partition, this.#offsets.get(partition)!]));
    const response = await this.#client.fetch({
      node,
      maxWaitTime: Math.min(FETCH_WAIT_MS, this.#settings.maxWaitMs + 1),
      maxBytes: FETCH_BYTES,
      topics: [
        {
          topicId,
          partitions: ours.map((partition) => ({
            partition,
            fetchOffset: BigInt(offsets.get(partition)!),
            partitionMaxBytes: FETCH_BYTES,
            currentLeaderEpoch: -1,
            lastFetchedEpoch: -1,
          })),
        },
      ],
    });
    return response.responses.flatMap(({ partitions }) =>
      partitions.map((partition) =>
        readStretch(partition, offsets.get(partition.partitionIndex)!, this.#settings.metadata),
      ),
    );
  }

  /**
   * The group is about to share its partitions anew: what has been taken of ours is committed while they are ours, and what has been
   * read and not taken is forgotten, as somebody else may read it.
   */
  #giveBack(): void {
    if (this.#offsets.size === 0 || this.#hasLooped || !this.#options.forget()) return;
    if (this.#settings.commitOffset) this.#commitNow(null).catch((error: unknown) => this.#missCommit(error));
    this.#assignment += 1;
    this.#delivered.forgetUntaken();
    this.#offsets.clear();
  }

  /** The first group of a broker has to wait for its coordinator. */
  async #join(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#client.joinGroup();
        this.#isExpelled = false;
        return;
      } catch (error) {
        const isComing = /COORDINATOR/.test(reasonOf(error)) && tries < MOST_COORDINATOR_TRIES;
        if (!isComing || this.#closing.signal.aborted) throw error;
        await delay(COORDINATOR_PAUSE_MS);
      }
    }
  }

  /** Takes over the partitions that the group has given us; when that does not work out it is tried again. */
  async #takeOver(): Promise<void> {
    this.#isReassigned = false;
    try {
      await this.#reassign();
    } catch (error) {
      this.#isReassigned = true;
      throw error;
    }
  }

  async #reassign(): Promise<void> {
    const { topic, group } = this.#settings;
    if (group === null) return;
    const ours = this.#client.assignments?.find((assignment) => assignment.topic === topic)?.partitions ?? [];
    const kept = new Map(
      Object.entries(this.#delivered.after(0)).map(([partition, next]) => [Number(partition), next]),
    );
    for (const partition of [...kept.keys(), ...this.#offsets.keys()]) {
      if (ours.includes(partition)) continue;
      this.#offsets.delete(partition);
      this.#delivered.forget(partition);
    }
    const added = ours.filter((partition) => !this.#offsets.has(partition));
    if (added.length === 0) return;
    const commits =
      (await this.#client.listCommittedOffsets({ topics: [{ topic, partitions: added }] })).get(topic) ?? [];
    // The client answers with a list whose places are either partitions or the order asked for.
    const committed = new Map(
      added.map((partition, i) => [partition, Number(commits[partition] ?? commits[i] ?? -1n)]),
    );
    for (const [partition, offset] of await this.#startOffsets(added, committed)) {
      // Another member may have gone on from there in the meantime, or a model may not have committed what it has been given.
      const next = Math.max(offset, kept.get(partition) ?? 0);
      this.#offsets.set(partition, next);
      this.#delivered.place(partition, next);
    }
    this.#lastData = performance.now();
  }

  async #startOffsets(ours: readonly number[], committed: ReadonlyMap<number, number>): Promise<Map<number, number>> {
    const { start, partitions } = this.#options;
    const resumed = this.#resumed;
    const startOf = (partition: number): number | null => {
      const known = resumed?.[partition];
      if (known !== undefined) return known;
      const commit = committed.get(partition) ?? -1;
      if (commit >= 0) return commit;
      return typeof start === 'number' && partitions === null ? start : null;
    };
    // A partition that a snapshot does not know is new: all of it is.
    const isEarliest = start === 'earliest' || partitions !== null;
    const missing = ours.some((partition) => startOf(partition) === null);
    const listed = missing ? await this.#listOffsets(isEarliest ? EARLIEST : LATEST) : new Map<number, number>();
    return new Map(ours.map((partition) => [partition, startOf(partition) ?? listed.get(partition) ?? 0]));
  }

  async #listOffsets(timestamp: bigint): Promise<Map<number, number>> {
    const { topic } = this.#settings;
    const offsets = (await this.#client.listOffsets({ topics: [topic], timestamp })).get(topic) ?? [];
    return new Map(offsets.map((offset, partition) => [partition, Number(offset)]));
  }

  async #topic(forceUpdate: boolean): Promise<{ id: string; partitions: { leader: number }[] }> {
    const { topic } = this.#settings;
    const metadata = await this.#client.metadata({ topics: [topic], forceUpdate });
    const found = metadata.topics.get(topic);
    if (found === undefined) throw new FastScoreError('STREAM_FAILED', `there is no topic '${topic}'`);
    return found;
  }

  /** Commits what has been taken, again and again while more is: one request at a time. */
  #commitSoon(): void {
    if (this.#settings.group === null || this.#hasLooped) return;
    this.#mustCommit = true;
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = null;
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#mustCommit) {
      this.#mustCommit = false;
      try {
        await this.#commitNow(null);
      } catch (error) {
        this.#missCommit(error);
        return;
      }
    }
  }

  /** The next one takes it along; what is never committed is read again. */
  #missCommit(error: unknown): void {
    if (!this.#closing.signal.aborted) this.#options.onTrouble(`offsets are not committed: ${reasonOf(error)}`);
  }

  async #commitNow(offset: number | null): Promise<void> {
    const { topic } = this.#settings;
    const offsets = Object.entries(this.#position)
      .map(([partition, next]) => ({ partition: Number(partition), next: offset ?? next }))
      .filter(({ partition }) => this.#offsets.has(partition))
      .map(({ partition, next }) => ({ topic, partition, offset: BigInt(next), leaderEpoch: -1 }));
    if (offsets.length > 0) await this.#client.commit({ offsets });
  }
}
