import type { PneumoMessage } from '../../api/pneumo.ts';
import { FastScoreError } from '../../core/errors.ts';
import { isObject } from '../../streams/fields.ts';
import type { KafkaSettings } from '../../streams/transports/kafka/settings.ts';
import type { KafkaTarget } from './kafka-writer.ts';
import { KafkaWriter, parseBrokers } from './kafka-writer.ts';
import type { Pneumo } from './pneumo.ts';

/** Where clusters of 1.10 have their messages when the configuration does not say. */
const USUAL_TOPIC = 'notify';

/**
 * What a configuration says of Pneumo: the cluster that is to have its messages, null for none.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function pneumoBrokers(document: Readonly<Record<string, unknown>>): KafkaSettings | null {
  const { fastscore } = document;
  const section = isObject(fastscore) ? fastscore.pneumo : undefined;
  if (!isObject(section)) return null;
  const type = String(section.type ?? 'REST').toLowerCase();
  if (type === 'rest') return null;
  if (type === 'kafka') return parseBrokers(section.bootstrap, section.topic ?? USUAL_TOPIC);
  throw new FastScoreError('BAD_DESCRIPTOR', `'type' of pneumo is REST or kafka, not '${type.slice(0, 100)}'`);
}

/** Messages to Kafka, beside all else, while a configuration wants it. */
export class KafkaSink {
  readonly #report: (text: string) => void;
  readonly #unsubscribe: () => void;
  #writer: KafkaWriter | null = null;
  #topic = USUAL_TOPIC;
  #closing: Promise<void> = Promise.resolve();

  constructor(pneumo: Pneumo, report: (text: string) => void) {
    this.#report = report;
    this.#unsubscribe = pneumo.onMessage(({ text }) => {
      this.#writer?.write({ topic: this.#topic, partition: 0 }, text);
    });
  }

  /** From now on; null: not any more. */
  use(settings: KafkaSettings | null): void {
    const before = this.#writer;
    if (before !== null) this.#closing = Promise.all([this.#closing, before.close()]).then(() => {});
    this.#writer = settings === null ? null : new KafkaWriter(settings, this.#report);
    this.#topic = settings?.topic ?? USUAL_TOPIC;
  }

  /** @throws FastScoreError BAD_DESCRIPTOR when no cluster is configured */
  assertConfigured(): void {
    if (this.#writer !== null) return;
    throw new FastScoreError('BAD_DESCRIPTOR', 'A Sink of type Kafka needs the brokers of the configuration', {
      hint: 'Set fastscore.pneumo to {type: kafka, bootstrap: [HOST:PORT]}',
    });
  }

  /** A message for a topic of its own. */
  write(target: KafkaTarget, message: PneumoMessage): void {
    this.#writer?.write(target, JSON.stringify(message));
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.use(null);
    await this.#closing;
  }
}
