import type { Consumer } from '@platformatic/kafka';
import { markerOf } from './partition-log.ts';
import { wrapMessage } from './whole-message.ts';

export interface Stretch {
  readonly partition: number;
  readonly records: readonly Buffer[];
  /** Offset after each record. */
  readonly nexts: readonly number[];
  /** What is to be fetched next. */
  readonly next: number;
}

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;
type FetchedPartition = Awaited<ReturnType<Client['fetch']>>['responses'][number]['partitions'][number];
type Batch = NonNullable<FetchedPartition['records']>[number];

const IS_TRANSACTIONAL = 0x10;
const IS_STAMPED_BY_BROKER = 0x08;

/**
 * The records in what was fetched of one partition.
 * @param from what was asked for: a batch is sent whole, even if it begins before that
 * @param isWhole whether a record is the whole message, not just its value
 */
export function readStretch(fetched: FetchedPartition, from: number, isWhole: boolean): Stretch {
  const records: Buffer[] = [];
  const nexts: number[] = [];
  let next = from;
  const isAborted = abortedIn(fetched);
  for (const batch of fetched.records ?? []) {
    const first = Number(batch.firstOffset);
    next = Math.max(next, first + batch.lastOffsetDelta + 1);
    if (isAborted(batch) || markerOf(batch) !== null) continue;
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from) continue;
      records.push(isWhole ? wrapMessage(record, timestampIn(batch, record)) : (record.value ?? Buffer.alloc(0)));
      nexts.push(offset + 1);
    }
  }
  return { partition: fetched.partitionIndex, records, nexts, next };
}

/**
 * Tells of each batch in turn whether its transaction was given up. The client leaves such batches out itself only when their marker has
 * been fetched with them, and of each producer only those of one transaction.
 */
function abortedIn({ abortedTransactions }: FetchedPartition): (batch: Batch) => boolean {
  const coming = [...(abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const under = new Set<bigint>();
  return (batch) => {
    const { producerId, firstOffset, lastOffsetDelta, attributes } = batch;
    const last = firstOffset + BigInt(lastOffsetDelta);
    while (coming.length > 0 && coming[0]!.firstOffset <= last) under.add(coming.shift()!.producerId);
    if (markerOf(batch) === 'abort') under.delete(producerId);
    return (attributes & IS_TRANSACTIONAL) !== 0 && under.has(producerId);
  };
}

function timestampIn({ attributes, firstTimestamp, maxTimestamp }: Batch, record: Batch['records'][number]): bigint {
  return (attributes & IS_STAMPED_BY_BROKER) !== 0 ? maxTimestamp : firstTimestamp + record.timestampDelta;
}
