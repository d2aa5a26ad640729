import { setTimeout as pause } from 'node:timers/promises';
import type { Producer } from '@platformatic/kafka';
import { Fields } from '../../streams/fields.ts';
import { reasonOf } from '../../streams/transports/kafka/kafka-error.ts';
import type { KafkaSettings } from '../../streams/transports/kafka/settings.ts';
import { clientOptions, KAFKA_FIELDS, parseKafkaSettings } from '../../streams/transports/kafka/settings.ts';
import { masked } from '../../util/masked.ts';

export interface KafkaTarget {
  readonly topic: string;
  readonly partition: number;
}

interface Waiting extends KafkaTarget {
  readonly value: Buffer;
}

type Client = Producer<Buffer, Buffer, Buffer, Buffer>;

/** What may wait for brokers that cannot be reached: beyond it the oldest messages are given up. */
const MOST_WAITING = 10_000;
const MOST_AT_ONCE = 500;
const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** How long closing waits for what is on its way. */
const GRACE_MS = 2000;

/**
 * The brokers of a configuration.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function parseBrokers(bootstrap: unknown, topic: unknown): KafkaSettings {
  const servers = typeof bootstrap === 'string' ? [bootstrap] : bootstrap;
  const values = { BootstrapServers: servers, Topic: topic };
  return parseKafkaSettings(new Fields("'pneumo' of the configuration", values, KAFKA_FIELDS));
}

/** Writes texts to topics of one cluster, in order, in the background: whoever has something to tell never waits. */
export class KafkaWriter {
  readonly #settings: KafkaSettings;
  readonly #report: (text: string) => void;
  readonly #stopping = new AbortController();
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | null = null;
  #client: Client | null = null;

  /** @param report told once when the brokers cannot be reached, and once when they can again */
  constructor(settings: KafkaSettings, report: (text: string) => void) {
    this.#settings = settings;
    this.#report = report;
  }

  write({ topic, partition }: KafkaTarget, text: string): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
    this.#waiting.push({ topic, partition, value: Buffer.from(text) });
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  /** Gives what waits a moment to get there. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(), GRACE_MS);
    await this.#working;
    clearTimeout(timer);
    this.#stopping.abort();
    if (this.#client !== null) await Promise.allSettled([this.#client.close(true)]);
  }

  async #work(): Promise<void> {
    let pauseMs = 0;
    while (this.#waiting.length > 0 && !this.#stopping.signal.aborted) {
      const messages = this.#waiting.slice(0, MOST_AT_ONCE);
      try {
        await this.#send(messages);
        this.#forget(messages);
        if (pauseMs > 0) this.#report('Pneumo: Kafka takes messages again');
        pauseMs = 0;
      } catch (error) {
        if (pauseMs === 0) this.#report(`Pneumo: Kafka does not take messages: ${masked(reasonOf(error))}`);
        pauseMs = Math.min(Math.max(2 * pauseMs, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
        await pause(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      }
    }
  }

  async #send(messages: readonly Waiting[]): Promise<void> {
    this.#client ??= await newClient(this.#settings);
    await this.#client.send({ messages: [...messages], acks: 1 });
  }

  /** Some of them may have been given up meanwhile. */
  #forget(messages: readonly Waiting[]): void {
    const last = this.#waiting.indexOf(messages.at(-1) as Waiting);
    this.#waiting.splice(0, last + 1);
  }
}

async function newClient(settings: KafkaSettings): Promise<Client> {
  const { Producer } = await import('@platformatic/kafka');
  return new Producer({ ...clientOptions(settings), autocreateTopics: true });
}
