import type { Consumer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';
import type { TransactionPosition } from '../../types.ts';
import type { Message } from './as-messages.ts';
import { reasonOf } from './kafka-error.ts';
import type { LogBatch, Place } from './partition-log.ts';
import { endOfLog, readLog } from './partition-log.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';
import type { Transactions } from './transactions.ts';
import { understandCompressions } from './understand-compressions.ts';
import { recordsOf, writtenSince } from './written-since.ts';

/** What a run that goes on need not write, and where the log ends. */
export interface Continued {
  /** Records committed beyond the snapshot. */
  readonly written: number;
  readonly from: number;
}

/**
 * Brings the topic to where the snapshot was taken. When the run was killed after it had been saved and before its transaction was
 * committed, that has been given up: what it wrote is still in the log, and is committed now.
 */
export async function continueTransactions(
  transactions: Transactions,
  settings: KafkaSettings & Place,
  position: TransactionPosition | null,
): Promise<Continued> {
  const { Consumer } = await import('@platformatic/kafka');
  await understandCompressions();
  const client: Consumer<Buffer, Buffer, Buffer, Buffer> = new Consumer({
    ...clientOptions(settings),
    groupId: 'fastscore-without-group',
  });
  const { topic, partition } = settings;
  try {
    const written = position === null ? 0 : await settle(position);
    return { written, from: await endOfLog(client, { topic, partition }) };
  } catch (error) {
    if (!reasonOf(error).includes('OFFSET_OUT_OF_RANGE')) throw error;
    throw cannotTell('the topic no longer holds what was written when the snapshot was taken');
  } finally {
    await Promise.allSettled([client.close(true)]);
  }

  async function settle(transaction: TransactionPosition): Promise<number> {
    const { count, from } = transaction;
    const log = () => readLog(client, { topic, partition, from });
    const { committed, isRecoverable } = await writtenSince(log(), transaction, transactions.producer);
    if (committed >= count) return committed - count;
    if (committed > 0 || !isRecoverable) throw cannotTell('the topic does not hold what the snapshot says of it');
    for await (const batch of recordsOf(log(), transaction))
      await transactions.send(copiesOf(batch, { topic, partition }));
    await transactions.commit();
    return 0;
  }
}

const copiesOf = ({ records, firstTimestamp }: LogBatch, { topic, partition }: Place): Message[] =>
  records.map(({ value, key, headers, timestampDelta }) => ({
    topic,
    partition,
    value: value as Buffer,
    timestamp: firstTimestamp + timestampDelta,
    ...(key !== null && { key }),
    ...(headers.length > 0 && { headers: new Map(headers) as Map<Buffer, Buffer> }),
  }));

function cannotTell(message: string): FastScoreError {
  return new FastScoreError('BAD_INPUT', message, {
    hint: 'Go on from another snapshot, or run without resuming',
  });
}
