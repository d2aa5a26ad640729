import type { Producer } from '@platformatic/kafka';
import type { Message } from './as-messages.ts';
import type { Compression } from './compression.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';

type Client = Producer<Buffer, Buffer, Buffer, Buffer>;

/** When a transaction is not ended for so long the broker gives it up. */
const TRANSACTION_TIMEOUT_MS = 600_000;

/** All replicas have a record before it counts as written. */
const ACKS_ALL = -1;

/** Asks the broker for what belongs to the transactional id. Zeros, the client's default, would be a claim of ours. */
const UNKNOWN_PRODUCER = { producerId: -1n, producerEpoch: -1 };

/** The transactions of one transactional id, one after the other. What fails may be called again, and takes effect once. */
export class Transactions {
  readonly #client: Client;
  readonly #compression: Compression;
  #isOpen = true;

  private constructor(client: Client, compression: Compression) {
    this.#client = client;
    this.#compression = compression;
  }

  /** Ends what was under way with this id: from now on an earlier owner is refused. */
  static async open(id: string, settings: KafkaSettings & { compression: Compression }): Promise<Transactions> {
    const { Producer } = await import('@platformatic/kafka');
    const client: Client = new Producer({
      ...clientOptions(settings),
      timeout: TRANSACTION_TIMEOUT_MS,
      transactionalId: id,
      retries: false,
      acks: ACKS_ALL,
      idempotent: true,
    });
    try {
      await client.beginTransaction(UNKNOWN_PRODUCER);
      return new Transactions(client, settings.compression);
    } catch (error) {
      await Promise.allSettled([client.close(true)]);
      throw error;
    }
  }

  get producer(): bigint {
    return this.#client.producerId ?? -1n;
  }

  get epoch(): number {
    return this.#client.producerEpoch ?? -1;
  }

  /** @returns offset of the first message */
  async send(messages: Message[]): Promise<number> {
    if (!this.#isOpen) {
      await this.#client.beginTransaction(UNKNOWN_PRODUCER);
      this.#isOpen = true;
    }
    const { offsets } = await this.#client.transaction!.send({ messages, compression: this.#compression });
    return Number(offsets?.[0]?.offset ?? -1n);
  }

  async commit(): Promise<void> {
    await this.#client.transaction!.commit();
    this.#isOpen = false;
  }

  async abort(): Promise<void> {
    if (this.#isOpen) await this.#client.transaction?.abort();
    this.#isOpen = false;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.close(true)]);
  }
}

/** Whether somebody else has the transactional id now, or the broker has given the transaction up: nothing can be added to it. */
export function isLost(reason: string): boolean {
  return /^(PRODUCER_FENCED|INVALID_PRODUCER_EPOCH|INVALID_TXN_STATE|INVALID_PRODUCER_ID_MAPPING|UNKNOWN_PRODUCER_ID|OUT_OF_ORDER_SEQUENCE_NUMBER|TRANSACTION_ABORTABLE|TRANSACTIONAL_ID_AUTHORIZATION_FAILED)\b/.test(
    reason,
  );
}
