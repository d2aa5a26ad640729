import type { Admin, Producer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { OutputCheckpoint, OutputPosition } from '../../types.ts';
import { Backoff } from '../backoff.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { Message } from './as-messages.ts';
import { asMessages } from './as-messages.ts';
import type { Compression } from './compression.ts';
import { reasonOf, toKafkaError } from './kafka-error.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';
import { WrittenBefore } from './written-before.ts';

interface KafkaOutputSettings extends KafkaSettings {
  readonly compression: Compression;
}

/** All replicas have a record before it counts as written. */
const ACKS_ALL = -1;
const LATEST = -1n;

type Client = Producer<Buffer, Buffer, Buffer, Buffer>;

/**
 * Records appended to one partition. As long as nobody else writes there, its end tells which records have arrived: so none
 * is written twice, neither after a lost answer nor by a run that goes on from a snapshot.
 */
export class KafkaOutput implements OutputTransport {
  readonly pull = null;
  readonly checkpoint: OutputCheckpoint;
  readonly #settings: KafkaOutputSettings;
  readonly #options: OpenOutputTransportOptions;
  readonly #producer: Client;
  readonly #admin: Admin;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  /** Offset after all that has been given to `write`, and after all that has arrived. */
  #given: number;
  #arrived: number;
  readonly #before: WrittenBefore;
  #isShared = false;
  #last: Promise<void> = Promise.resolve();
  #isOver = false;
  #closed: Promise<void> | null = null;

  private constructor(
    clients: { producer: Client; admin: Admin },
    settings: KafkaOutputSettings,
    { end, options }: { end: number; options: OpenOutputTransportOptions },
  ) {
    this.#producer = clients.producer;
    this.#admin = clients.admin;
    this.#settings = settings;
    this.#options = options;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
    const start = options.position !== null && 'record' in options.position ? options.position.record : end;
    this.#given = start;
    this.#arrived = end;
    this.#before = new WrittenBefore(end - start);
    this.checkpoint = { position: () => ({ record: this.#given }), prepare: () => this.#last };
  }

  static async open(settings: KafkaOutputSettings, options: OpenOutputTransportOptions): Promise<KafkaOutput> {
    assertPlain(options.position);
    const { Producer, Admin } = await import('@platformatic/kafka');
    const common = await clientOptions(settings);
    // What has arrived is looked up before anything is sent again.
    const producer: Client = new Producer({ ...common, retries: false, acks: ACKS_ALL, idempotent: true });
    const admin = new Admin(common);
    try {
      const end = await endOf(admin, settings);
      const position = options.position !== null && 'record' in options.position ? options.position.record : end;
      if (position > end) {
        throw new FastScoreError('BAD_INPUT', `has ${end} records, and is to be continued behind record ${position}`, {
          hint: 'It is not the output that belongs to the snapshot: run without resuming',
        });
      }
      return new KafkaOutput({ producer, admin }, settings, { end, options });
    } catch (error) {
      await Promise.allSettled([producer.close(true), admin.close()]);
      throw toKafkaError(error);
    }
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(records: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    this.#given += records.length;
    const fresh = this.#before.leaveOut(records);
    for (const messages of asMessages(fresh, this.#settings)) {
      this.#last = this.#last.then(() => this.#deliver(messages));
    }
    return this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  async #deliver(records: readonly Message[]): Promise<void> {
    let rest = records;
    while (rest.length > 0 && !this.#isOver) {
      try {
        await this.#send(rest);
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        rest = await this.#recover(rest, error);
      }
    }
  }

  async #send(records: readonly Message[]): Promise<void> {
    const { compression } = this.#settings;
    const { offsets } = await this.#producer.send({
      messages: [...records],
      compression,
      acks: ACKS_ALL,
      idempotent: true,
    });
    const [first] = offsets ?? [];
    const expected = this.#arrived;
    this.#arrived = (first === undefined ? expected : Number(first.offset)) + records.length;
    if (this.#arrived === expected + records.length || this.#isShared) return;
    this.#isShared = true;
    this.#options.onWarning('others write to this partition: a run that goes on may leave out or repeat records');
  }

  /** @returns what has not arrived */
  async #recover(records: readonly Message[], error: unknown): Promise<readonly Message[]> {
    try {
      await this.#backoff.failed(new Error(reasonOf(error)));
      if (this.#isShared) return records;
      const end = await endOf(this.#admin, this.#settings).catch(() => this.#arrived);
      const arrived = Math.min(records.length, end - this.#arrived);
      this.#arrived += arrived;
      return records.slice(arrived);
    } catch (final) {
      this.#isOver = true;
      this.#options.onFailure(final);
      return [];
    }
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null && !(await settlesWithin(this.#last, lingerMs))) {
      this.#options.onWarning('not everything was taken within LingerTime');
    }
    this.#isOver = true;
    this.#closing.abort();
    await Promise.allSettled([this.#producer.close(true), this.#admin.close()]);
  }
}

/** Records in transactions are not counted by offsets. */
function assertPlain(position: OutputPosition | null): void {
  const id = position !== null && 'record' in position ? position.transaction?.id : undefined;
  if (id === undefined) return;
  throw new FastScoreError('BAD_INPUT', `the snapshot was taken while this stream had the TransactionalId '${id}'`, {
    hint: 'Attach the stream as it was then, or run without resuming',
  });
}

/** Offset after the last record of the partition. */
async function endOf(admin: Admin, { topic, partition }: KafkaSettings): Promise<number> {
  const partitionIndex = partition === 'all' ? 0 : partition;
  const [found] = await admin.listOffsets({
    topics: [{ name: topic, partitions: [{ partitionIndex, timestamp: LATEST }] }],
  });
  return Number(found!.partitions[0]!.offset);
}
