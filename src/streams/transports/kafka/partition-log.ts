import type { Consumer } from '@platformatic/kafka';
import { FastScoreError } from '../../../core/errors.ts';

type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;
type Fetched = Awaited<ReturnType<Client['fetch']>>['responses'][number]['partitions'][number];

/** What was written at once: by one producer, or a marker that ends its transaction. */
export type LogBatch = NonNullable<Fetched['records']>[number];

const FETCH_BYTES = 4 * 1024 * 1024;
const READ_UNCOMMITTED = 0;
const LATEST = -1n;
const IS_CONTROL = 0x20;

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Offset after all that has been written, whether it counts or not. */
export async function endOfLog(client: Client, { topic, partition }: Place): Promise<number> {
  const isolationLevel = READ_UNCOMMITTED;
  const ends = await client.listOffsets({ topics: [topic], timestamp: LATEST, isolationLevel });
  return Number(ends.get(topic)?.[partition] ?? 0n);
}

/** All that a partition holds now from an offset on, whether it counts or not, markers included. */
export async function* readLog(
  client: Client,
  { topic, partition, from }: Place & { from: number },
): AsyncGenerator<LogBatch> {
  const { topics } = await client.metadata({ topics: [topic] });
  const found = topics.get(topic);
  const leader = found?.partitions[partition]?.leader;
  if (found === undefined || leader === undefined) {
    throw new FastScoreError('STREAM_FAILED', `there is no partition ${partition} of topic '${topic}'`);
  }
  const end = await endOfLog(client, { topic, partition });
  let next = from;
  while (next < end) {
    const wanted = { partition, fetchOffset: BigInt(next), partitionMaxBytes: FETCH_BYTES };
    const { responses } = await client.fetch({
      node: leader,
      maxBytes: FETCH_BYTES,
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topicId: found.id, partitions: [{ ...wanted, currentLeaderEpoch: -1, lastFetchedEpoch: -1 }] }],
    });
    const batches = responses[0]?.partitions[0]?.records ?? [];
    for (const batch of batches) {
      next = Number(batch.firstOffset) + batch.lastOffsetDelta + 1;
      yield batch;
    }
  }
}

/** What a marker says; null for a batch of records. */
export function markerOf({ attributes, records }: LogBatch): 'commit' | 'abort' | null {
  if ((attributes & IS_CONTROL) === 0) return null;
  return records[0]?.key?.readInt16BE(2) === 1 ? 'commit' : 'abort';
}
