import type { compatibilityPartitioner } from '@platformatic/kafka';
import type { PartitionOf } from './as-messages.ts';

/**
 * Places messages as Java's clients do: by the murmur2 hash of their key, so that what has the same key is in the same partition. Those
 * without a key go to all partitions in turn.
 * @param from how many records have been written before
 */
export function createPartitioner(count: number, hash: typeof compatibilityPartitioner, from: number): PartitionOf {
  let turn = from;
  return (key) => {
    turn += 1;
    return (key === null ? turn : hash(null as never, key)) % count;
  };
}
