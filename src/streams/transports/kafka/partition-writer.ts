import type { Admin, Producer } from '@platformatic/kafka';
import { Backoff } from '../backoff.ts';
import type { Message } from './as-messages.ts';
import type { Compression } from './compression.ts';
import { isTooLarge, reasonOf, tooLarge } from './kafka-error.ts';
import { batchesOf } from './message-batches.ts';
import type { Place } from './partition-log.ts';
import { WrittenBefore } from './written-before.ts';

export interface PartitionWriterOptions extends Place {
  readonly producer: Producer<Buffer, Buffer, Buffer, Buffer>;
  readonly admin: Admin;
  readonly compression: Compression;
  /** Offset to go on from, and after what the partition has. */
  readonly start: number;
  readonly end: number;
  readonly onWarning: (text: string) => void;
  readonly onTrouble: (reason: string | null) => void;
  readonly onFailure: (error: unknown) => void;
  /** Ends all sending. */
  readonly signal: AbortSignal;
}

/** All replicas have a record before it counts as written. */
export const ACKS_ALL = -1;

const LATEST = -1n;
const MOST_AT_ONCE = 5000;

/**
 * Records appended to one partition. As long as nobody else writes there, its end tells which records have arrived: so none
 * is written twice, neither after a lost answer nor by a run that goes on from a snapshot.
 */
export class PartitionWriter {
  readonly #options: PartitionWriterOptions;
  readonly #backoff: Backoff;
  /** Offset after all that has been given to `write`, and after all that has arrived. */
  #given: number;
  #arrived: number;
  readonly #before: WrittenBefore;
  #isShared = false;
  /** What waits for its turn: it is sent together, as far as that goes. */
  #next: Message[] | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PartitionWriterOptions) {
    const { start, end, onTrouble, signal } = options;
    this.#options = options;
    this.#backoff = new Backoff({ onTrouble, signal });
    this.#given = start;
    this.#arrived = end;
    this.#before = new WrittenBefore(end - start);
  }

  get given(): number {
    return this.#given;
  }

  /** Resolves when everything has arrived. */
  get last(): Promise<void> {
    return this.#last;
  }

  write(messages: readonly Message[]): void {
    this.#given += messages.length;
    const fresh = this.#before.leaveOut(messages);
    if (this.#next !== null && this.#next.length + fresh.length <= MOST_AT_ONCE) {
      for (const message of fresh) this.#next.push(message);
      return;
    }
    const next = [...fresh];
    this.#next = next;
    this.#last = this.#last.then(() => this.#deliverAll(next));
  }

  async #deliverAll(messages: Message[]): Promise<void> {
    if (this.#next === messages) this.#next = null;
    for (const batch of batchesOf(messages)) await this.#deliver(batch);
  }

  async #deliver(messages: readonly Message[]): Promise<void> {
    const { signal } = this.#options;
    let rest = messages;
    while (rest.length > 0 && !signal.aborted) {
      try {
        await this.#send(rest);
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isTooLarge(error)) rest = await this.#recover(rest, error);
        else if (rest.length > 1) return await this.#deliverHalves(rest);
        else return this.#options.onFailure(tooLarge(`a record of ${rest[0]!.value?.length ?? 0} bytes`));
      }
    }
  }

  async #deliverHalves(messages: readonly Message[]): Promise<void> {
    const middle = messages.length >> 1;
    await this.#deliver(messages.slice(0, middle));
    await this.#deliver(messages.slice(middle));
  }

  async #send(messages: readonly Message[]): Promise<void> {
    const { producer, compression, onWarning } = this.#options;
    const { offsets } = await producer.send({
      messages: [...messages],
      compression,
      acks: ACKS_ALL,
      idempotent: true,
    });
    const [first] = offsets ?? [];
    const expected = this.#arrived;
    this.#arrived = (first === undefined ? expected : Number(first.offset)) + messages.length;
    if (this.#arrived === expected + messages.length || this.#isShared) return;
    this.#isShared = true;
    onWarning('others write to this partition: a run that goes on may leave out or repeat records');
  }

  /** @returns what has not arrived */
  async #recover(messages: readonly Message[], error: unknown): Promise<readonly Message[]> {
    try {
      await this.#backoff.failed(new Error(reasonOf(error)));
      if (this.#isShared) return messages;
      const end = await endOf(this.#options.admin, this.#options).catch(() => this.#arrived);
      const arrived = Math.min(messages.length, end - this.#arrived);
      this.#arrived += arrived;
      return messages.slice(arrived);
    } catch (final) {
      this.#options.onFailure(final);
      return [];
    }
  }
}

/** Offset after the last record of a partition. */
export async function endOf(admin: Admin, { topic, partition }: Place): Promise<number> {
  const [found] = await admin.listOffsets({
    topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: LATEST }] }],
  });
  return Number(found!.partitions[0]!.offset);
}
