import type { BaseOptions } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import { shownSecret } from '../../../util/secrets-in-text.ts';
import { Fields, isObject } from '../../fields.ts';
import { resolveSecret, resolveSecrets } from '../../secrets.ts';

/** What a descriptor says of a topic and the way to it. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string | null;
  readonly commitOffset: boolean;
  /** `all` is an extension. */
  readonly partition: number | 'all';
  /** Whether one partition that is at its end is enough for the input to be. */
  readonly endWhen: 'all' | 'any';
  readonly maxWaitMs: number;
  readonly sasl: Sasl | null;
  readonly tls: Tls | null;
  /** Whether a record is the whole message, with key, timestamp and headers. */
  readonly metadata: boolean;
  /** The member of a JSON record that is the key of its message. */
  readonly keyField: string | null;
}

type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

interface Sasl {
  readonly mechanism: Mechanism;
  readonly username: string;
  readonly password: string;
}

interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export const KAFKA_FIELDS = [
  'BootstrapServers',
  'Topic',
  'Group',
  'CommitOffset',
  'Partition',
  'EndWhen',
  'MaxWaitTime',
  'Principal',
  'Keytab',
  'Sasl',
  'Tls',
];

const DEFAULT_PORT = 9092;
const MAX_WAIT_MS = 8_388_607;
const MECHANISMS: readonly Mechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];

/** @throws FastScoreError BAD_DESCRIPTOR */
export function parseKafkaSettings(fields: Fields): KafkaSettings {
  const brokers = fields.required('BootstrapServers', fields.strings('BootstrapServers')).map(withPort);
  if (brokers.length === 0) throw bad(`'BootstrapServers' must name a broker`);
  const topic = fields.required('Topic', fields.string('Topic'));
  if (!/^[\w.-]{1,249}$/.test(topic)) {
    throw bad(`'Topic' must be letters, digits, dots, hyphens and underscores, not '${topic}'`);
  }
  if (fields.string('Principal') !== undefined || fields.string('Keytab') !== undefined) {
    throw bad(
      `Kerberos ('Principal', 'Keytab') is not supported by this release`,
      'Use Sasl with PLAIN or SCRAM, or Tls',
    );
  }
  const metadata = parseBoolean('Metadata', fields.raw('Metadata') ?? false);
  const keyField = fields.string('Key') || null;
  if (metadata && keyField !== null) {
    throw bad(`'Key' and 'Metadata' do not go together`, `With Metadata a record has its key in the member 'key'`);
  }
  const maxWaitMs = fields.integer('MaxWaitTime') ?? MAX_WAIT_MS;
  if (maxWaitMs < 0) throw bad(`'MaxWaitTime' must be a number of milliseconds`);
  return {
    brokers,
    topic,
    group: fields.string('Group') || null,
    commitOffset: parseBoolean('CommitOffset', fields.raw('CommitOffset') ?? true),
    partition: parsePartition(fields.raw('Partition') ?? 0),
    endWhen: parseEndWhen(fields.string('EndWhen') ?? 'all'),
    maxWaitMs,
    sasl: parseSasl(fields.raw('Sasl') ?? null),
    tls: parseTls(fields.raw('Tls') ?? null),
    metadata,
    keyField,
  };
}

/** For dry runs. */
export function internalSettings(settings: KafkaSettings): Record<string, unknown> {
  const { brokers, topic, group, commitOffset, partition, endWhen, maxWaitMs, sasl, tls, metadata, keyField } =
    settings;
  return {
    bootstrap_servers: brokers,
    topic,
    partition,
    max_wait_time: maxWaitMs,
    ...(endWhen === 'all' ? {} : { end_when: endWhen }),
    ...(group === null ? {} : { group }),
    commit_offset: commitOffset,
    ...(metadata ? { metadata } : {}),
    ...(keyField === null ? {} : { key: keyField }),
    ...(sasl === null ? {} : { sasl: { ...sasl, password: shownSecret(sasl.password) } }),
    ...(tls === null ? {} : { tls: { ...tls, ...(tls.key === undefined ? {} : { key: shownSecret(tls.key) }) } }),
  };
}

/** With secrets in the place of references to them. @param dataRoot see `resolveSecret` */
export async function withSecrets(settings: KafkaSettings, dataRoot: string | null): Promise<KafkaSettings> {
  const { sasl, tls } = settings;
  return {
    ...settings,
    sasl:
      sasl === null
        ? null
        : {
            ...sasl,
            username: await resolveSecret(sasl.username, dataRoot),
            password: await resolveSecret(sasl.password, dataRoot),
          },
    tls: tls === null ? null : await resolveSecrets(tls, dataRoot),
  };
}

/** What every client is created with, for settings without references. Trying again is left to the streams. */
export function clientOptions({ brokers, sasl, tls }: KafkaSettings): BaseOptions {
  return {
    clientId: 'fastscore',
    bootstrapBrokers: [...brokers],
    retries: 1,
    retryDelay: 100,
    connectTimeout: 5000,
    timeout: 10_000,
    autocreateTopics: false,
    ...(sasl === null ? {} : { sasl }),
    ...(tls === null ? {} : { tls }),
  };
}

function withPort(broker: string): string {
  const match = /^(\[[^\]]+\]|[^:\s/]+)(?::(\d{1,5}))?$/.exec(broker);
  if (match === null) throw bad(`'BootstrapServers' must be a list of host:port, not '${broker}'`);
  return `${match[1]}:${match[2] ?? DEFAULT_PORT}`;
}

function parseBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw bad(`'${name}' must be a boolean`);
}

function parsePartition(value: unknown): number | 'all' {
  if (value === 'all') return value;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw bad(`'Partition' must be the number of a partition or "all"`);
}

function parseEndWhen(value: string): 'all' | 'any' {
  if (value === 'all' || value === 'any') return value;
  throw bad(
    `'EndWhen' must be "all" or "any", not '${value}'`,
    'It says how many partitions must have come to their `end` for the input to be at its end',
  );
}

function parseSasl(value: unknown): Sasl | null {
  if (value === null) return null;
  if (!isObject(value)) throw bad(`'Sasl' must be an object`);
  const fields = new Fields(`'Sasl'`, value, ['Mechanism', 'Username', 'Password']);
  const name = fields.required('Mechanism', fields.string('Mechanism')).toUpperCase();
  const mechanism = MECHANISMS.find((known) => known === name);
  if (mechanism === undefined) throw bad(`'Mechanism' must be one of ${MECHANISMS.join(', ')}`);
  const username = fields.required('Username', fields.string('Username'));
  return { mechanism, username, password: fields.required('Password', fields.string('Password')) };
}

function parseTls(value: unknown): Tls | null {
  if (value === null || value === false) return null;
  if (value === true) return {};
  if (!isObject(value)) throw bad(`'Tls' must be true or an object`);
  const fields = new Fields(`'Tls'`, value, ['Ca', 'Cert', 'Key']);
  const [ca, cert, key] = [fields.string('Ca'), fields.string('Cert'), fields.string('Key')];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function bad(message: string, hint?: string): FastScoreError {
  return new FastScoreError('BAD_DESCRIPTOR', message, hint === undefined ? {} : { hint });
}
