import type { TransactionPosition } from '../../types.ts';
import type { LogBatch } from './partition-log.ts';
import { markerOf } from './partition-log.ts';

export interface WrittenSince {
  /** Records of ours that count. */
  readonly committed: number;
  /** Whether the transaction has been written whole and was given up: then it can be had from the log. */
  readonly isRecoverable: boolean;
}

/**
 * What has become of a transaction, and of those after it.
 * @param log the partition from the beginning of the transaction on, none of ours being under way
 * @param producer ours by now: it may be another one than that of the transaction
 */
export async function writtenSince(
  log: AsyncIterable<LogBatch>,
  transaction: TransactionPosition,
  producer: bigint,
): Promise<WrittenSince> {
  let committed = 0;
  let left = transaction.count;
  const open = new Map<bigint, number>();
  for await (const batch of log) {
    const { producerId } = batch;
    if (producerId !== producer && String(producerId) !== transaction.producer) continue;
    const marker = markerOf(batch);
    if (marker === null) {
      open.set(producerId, (open.get(producerId) ?? 0) + batch.records.length);
      if (isOf(transaction, batch)) left -= batch.records.length;
      continue;
    }
    if (marker === 'commit') committed += open.get(producerId) ?? 0;
    open.delete(producerId);
  }
  return { committed, isRecoverable: left <= 0 };
}

/** The records of a transaction that was given up, batch by batch. */
export async function* recordsOf(
  log: AsyncIterable<LogBatch>,
  transaction: TransactionPosition,
): AsyncGenerator<LogBatch> {
  let left = transaction.count;
  for await (const batch of log) {
    if (left <= 0) return;
    if (!isOf(transaction, batch)) continue;
    yield { ...batch, records: batch.records.slice(0, left) };
    left -= batch.records.length;
  }
}

const isOf = ({ producer, epoch }: TransactionPosition, batch: LogBatch): boolean =>
  String(batch.producerId) === producer && batch.producerEpoch === epoch && markerOf(batch) === null;
