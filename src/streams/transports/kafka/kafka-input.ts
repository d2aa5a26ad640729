import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../../core/errors.ts';
import type { InputPosition } from '../../types.ts';
import { Backoff } from '../backoff.ts';
import type { InputTransport, OpenInputTransportOptions } from '../transport.ts';
import { Delivered } from './delivered.ts';
import type { Committed } from './group-member.ts';
import { GroupPlace } from './group-place.ts';
import { isUnreadable, reasonOf, toKafkaError } from './kafka-error.ts';
import type { Stretch } from './read-stretch.ts';
import type { KafkaSettings } from './settings.ts';
import { FETCH_WAIT_MS, TopicReader } from './topic-reader.ts';

interface Fetched {
  /** As the reader counts them. */
  readonly round: number;
  readonly stretches: readonly Stretch[];
}

/** Partitions of a topic, read in fetches of which one is under way ahead of the reader. Each `read` gives records of one partition. */
export class KafkaInput implements InputTransport {
  readonly start = 0;
  readonly push = null;
  readonly commit?: (position: InputPosition) => void;
  readonly #settings: KafkaSettings;
  readonly #options: OpenInputTransportOptions;
  readonly #reader: TopicReader;
  readonly #group: GroupPlace | null;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  /** Partitions that are ours. */
  readonly #ours = new Set<number>();
  /** Those whose end has been handed on. */
  readonly #ended: Set<number>;
  #delivered: Delivered;
  /** What is to be read next behind what has been taken. */
  #position: InputPosition = { partitions: {} };
  #hasLooped = false;
  /** What has been fetched and not been handed on. */
  #fetched: Stretch[] = [];
  #ahead: Promise<Fetched | null> | null = null;
  #lastData = performance.now();
  /** Whether a run that goes on has gone on: from then on the group knows better than the snapshot. */
  #hasBegun = false;
  #isAtEnd = false;
  #closed: Promise<void> | null = null;

  private constructor(
    reader: TopicReader,
    {
      settings,
      options,
      group,
    }: { settings: KafkaSettings; options: OpenInputTransportOptions; group: GroupPlace | null },
  ) {
    this.#reader = reader;
    this.#settings = settings;
    this.#options = options;
    this.#group = group;
    this.#ended = new Set(options.partitions?.ended);
    this.#delivered = new Delivered(new Map(), this.#ended);
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
    if (group !== null) this.commit = (position) => group.done(position);
  }

  static async open(settings: KafkaSettings, options: OpenInputTransportOptions): Promise<KafkaInput> {
    let input: KafkaInput | null = null;
    const reader = await TopicReader.open(settings, {
      onWarning: options.onWarning,
      onReset: (partition, offset) => input!.#resetTo(partition, offset),
    });
    const { group: name } = settings;
    const group =
      name === null
        ? null
        : new GroupPlace(name, settings, {
            onTrouble: options.onTrouble,
            onHandOver: options.onHandOver,
            stopReading: () => input!.#stopReading(),
          });
    input = new KafkaInput(reader, { settings, options, group });
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
      const stretch = this.#fetched.shift();
      if (stretch !== undefined) {
        if (this.#ended.has(stretch.partition)) continue;
        this.#delivered.add(stretch.partition, stretch.nexts);
        return stretch.records;
      }
      this.#ahead ??= this.#fetch();
      const fetched = await this.#ahead;
      if (fetched === null || this.#closing.signal.aborted) {
        this.#finish();
        return null;
      }
      this.#ahead = null;
      if (fetched.round !== this.#reader.round) continue;
      this.#fetched = [...fetched.stretches];
      this.#ahead = this.#fetch();
      this.#ahead.catch(() => {});
    }
  }

  readonly positionAt = (record: number): InputPosition => {
    // What was read before may still be taken then, and goes by other numbers.
    if (this.#hasLooped) return this.#position;
    this.#position = this.#delivered.after(record);
    this.#group?.taken(this.#position, record === this.#delivered.count);
    return this.#position;
  };

  readonly endPart = (record: number): boolean => {
    const partition = this.#delivered.endAt(record);
    this.#ended.add(partition);
    this.#reader.drop(partition);
    const isOver = this.#settings.endWhen === 'any' || this.#areAllEnded;
    if (isOver) this.#finish();
    return isOver;
  };

  readonly rewind = async (): Promise<void> => {
    this.#hasLooped = true;
    this.#group?.stopCommitting();
    this.#isAtEnd = false;
    this.#reader.dropAll();
    this.#fetched = [];
    this.#ended.clear();
    await this.#ahead?.catch(() => {});
    this.#ahead = null;
    const earliest = await this.#reader.offsets('earliest');
    this.#delivered = new Delivered(new Map());
    for (const partition of this.#ours) this.#place(partition, earliest.get(partition) ?? 0);
    this.#lastData = performance.now();
  };

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await this.#group?.leave();
    await this.#ahead?.catch(() => {});
    await this.#reader.close();
  }

  async #begin(): Promise<void> {
    const { partition } = this.#settings;
    const count = await this.#reader.count();
    if (this.#group !== null) {
      await this.#group.join();
      await this.#takeOver();
      this.#hasBegun = true;
      return;
    }
    if (typeof partition === 'number' && partition >= count) {
      throw new FastScoreError('BAD_DESCRIPTOR', `there is no partition ${partition}, the topic has ${count}`);
    }
    const ours = partition === 'all' ? Array.from({ length: count }, (_, i) => i) : [partition];
    for (const [number, offset] of await this.#startOffsets(ours, new Map())) this.#place(number, offset);
  }

  /** Reads what there is to read; trouble is overcome here. null: the input is at its end. */
  async #fetch(): Promise<Fetched | null> {
    while (!this.#closing.signal.aborted) {
      if (performance.now() - this.#lastData > this.#settings.maxWaitMs) return null;
      try {
        if (this.#group?.isAssigned) await this.#takeOver();
        if (this.#areAllEnded) return null;
        const fetched = await this.#fetchOnce();
        this.#backoff.succeeded();
        if (fetched.stretches.length > 0) return fetched;
      } catch (error) {
        if (this.#closing.signal.aborted) return null;
        await this.#overcome(error);
      }
    }
    return null;
  }

  async #fetchOnce(): Promise<Fetched> {
    const { round } = this.#reader;
    if (this.#reader.isIdle) {
      await delay(FETCH_WAIT_MS / 5);
      return { round, stretches: [] };
    }
    const stretches = await this.#reader.fetch(this.#settings.maxWaitMs);
    if (stretches.length > 0) this.#lastData = performance.now();
    return { round, stretches };
  }

  async #overcome(error: unknown): Promise<void> {
    if (isUnreadable(error)) throw toKafkaError(error);
    if (await this.#reader.recover(error).catch(() => false)) return;
    await this.#backoff.failed(new Error(reasonOf(error)));
    // While there is no broker there is no silence.
    this.#lastData = performance.now();
  }

  /** Whether nothing more is to come of what is ours. */
  get #areAllEnded(): boolean {
    return this.#ours.size > 0 && [...this.#ours].every((partition) => this.#ended.has(partition));
  }

  #finish(): void {
    this.#isAtEnd = true;
    this.#group?.finish();
  }

  /** What has been read and not taken is somebody else's to read. @returns false when it is too late for that */
  #stopReading(): boolean {
    if (this.#isAtEnd || !this.#options.forget()) return false;
    this.#delivered.forgetUntaken();
    this.#reader.dropAll();
    this.#fetched = [];
    this.#ours.clear();
    this.#ended.clear();
    for (const partition of this.#delivered.ended) this.#ended.add(partition);
    return true;
  }

  /** Goes on with the partitions that the group has given us. */
  async #takeOver(): Promise<void> {
    await this.#group!.takeOver({
      startsOf: (partitions, committed) => this.#startOffsets(partitions, committed),
      place: (starts, ended) => {
        const kept = this.#delivered.after(0).partitions;
        for (const partition of Object.keys(kept).map(Number)) {
          if (!starts.has(partition)) this.#delivered.forget(partition);
        }
        for (const partition of ended) {
          this.#ended.add(partition);
          this.#delivered.end(partition);
        }
        // Another member may have gone on from there in the meantime, or a model may not have committed what it has been given.
        const next = [...starts].map(
          ([partition, offset]) => [partition, Math.max(offset, kept[partition] ?? 0)] as const,
        );
        for (const [partition, offset] of next) this.#place(partition, offset);
        this.#lastData = performance.now();
        return new Map(next);
      },
    });
  }

  #place(partition: number, offset: number): void {
    this.#ours.add(partition);
    this.#delivered.place(partition, offset);
    if (!this.#ended.has(partition)) this.#reader.place(partition, offset);
  }

  #resetTo(partition: number, offset: number): void {
    this.#delivered.place(partition, offset);
    this.#group?.reset(partition, offset);
  }

  async #startOffsets(
    ours: readonly number[],
    committed: ReadonlyMap<number, Committed>,
  ): Promise<Map<number, number>> {
    const { start, partitions } = this.#options;
    const resumed = this.#hasBegun ? undefined : partitions?.partitions;
    const startOf = (partition: number): number | null => {
      const known = resumed?.[partition] ?? committed.get(partition)?.offset;
      if (known !== undefined) return known;
      return typeof start === 'number' && partitions === null ? start : null;
    };
    // A partition that a snapshot does not know is new: all of it is.
    const isEarliest = start === 'earliest' || partitions !== null;
    const missing = ours.some((partition) => startOf(partition) === null);
    const listed = missing ? await this.#reader.offsets(isEarliest ? 'earliest' : 'latest') : new Map<number, number>();
    return new Map(ours.map((partition) => [partition, startOf(partition) ?? listed.get(partition) ?? 0]));
  }
}
