import { FastScoreError } from '../../../core/errors.ts';
import type { Transport, TransportType } from '../transport.ts';
import { findCompanion } from './companions.ts';
import { parseCompression } from './compression.ts';
import type { KafkaSettings } from './settings.ts';
import { internalSettings, KAFKA_FIELDS, parseKafkaSettings, withSecrets } from './settings.ts';

/** A topic: the value of a message is a record. */
export const kafkaType: TransportType = {
  name: 'Kafka',
  fields: [...KAFKA_FIELDS, 'Compression', 'TransactionalId', 'Metadata', 'Key'],
  parse(fields) {
    const settings = parseKafkaSettings(fields);
    const compression = parseCompression(fields);
    const transactionalId = fields.string('TransactionalId') || null;
    const { partition } = settings;
    if (transactionalId !== null && partition === 'all') {
      throw new FastScoreError('BAD_DESCRIPTOR', `'Partition' must be a number with 'TransactionalId'`);
    }
    return {
      ...common('Kafka', settings),
      seek: 'records',
      startsAtEnd: true,
      ...(settings.metadata || settings.keyField !== null ? { needsEncoding: 'json' } : {}),
      openInput: async (options) => {
        const { KafkaInput } = await import('./kafka-input.ts');
        return KafkaInput.open(await withSecrets(settings, options.dataRoot), options);
      },
      openOutput: async (options) => {
        const opened = { ...(await withSecrets(settings, options.dataRoot)), compression };
        if (transactionalId === null || partition === 'all')
          return (await import('./kafka-output.ts')).KafkaOutput.open(opened, options);
        const { TransactionalOutput } = await import('./transactional-output.ts');
        return TransactionalOutput.open({ ...opened, partition, transactionalId }, options);
      },
      internal: () => ({
        ...internalSettings(settings),
        ...(compression === 'none' ? {} : { compression }),
        ...(transactionalId === null ? {} : { transactional_id: transactionalId }),
      }),
    };
  },
};

/** What a model writes there makes its Kafka input commit: an offset, or everything that it has been given. */
export const kafkaOffsetType: TransportType = {
  name: 'kafka-offset',
  fields: KAFKA_FIELDS,
  parse(fields) {
    const settings = parseKafkaSettings(fields);
    const { group, topic } = settings;
    if (group === null) throw new FastScoreError('BAD_DESCRIPTOR', `kafka-offset requires 'Group'`);
    if (!settings.commitOffset)
      throw new FastScoreError('BAD_DESCRIPTOR', `'CommitOffset' must be true for kafka-offset`);
    return {
      ...common('kafka-offset', settings),
      seek: null,
      openInput: null,
      openOutput: async ({ onWarning }) => ({
        pull: null,
        ended: true,
        async write(records) {
          const companion = findCompanion(group, topic);
          if (companion === null)
            onWarning(`there is no Kafka input with group '${group}' that does not commit itself`);
          await companion?.commit(offsetIn(records.at(-1)!));
        },
        close: async () => {},
      }),
      internal: () => internalSettings(settings),
    };
  },
};

function common(
  type: string,
  { brokers, topic }: KafkaSettings,
): Pick<Transport, 'type' | 'label' | 'boundaries' | 'ignoresEnvelope'> {
  return {
    type,
    label: `${type.toLowerCase()} '${brokers.join(',')}/${topic}'`,
    boundaries: true,
    ignoresEnvelope: false,
  };
}

/** A record that is an integer, or an object with one in `offset`, says what to commit. */
function offsetIn(record: Buffer): number | null {
  try {
    const value: unknown = JSON.parse(record.toString('utf8'));
    const offset = typeof value === 'object' && value !== null && 'offset' in value ? value.offset : value;
    return Number.isSafeInteger(offset) ? (offset as number) : null;
  } catch {
    return null;
  }
}
