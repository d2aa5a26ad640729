import type { MessageToProduce } from '@platformatic/kafka';
import type { KafkaSettings } from './settings.ts';
import { unwrapMessage } from './whole-message.ts';

export type Message = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

type Place = Pick<KafkaSettings, 'topic' | 'partition' | 'metadata'>;

/** The client counts time from the first message of a batch, and wrongly if one is more than 2^31 ms older than that. */
const LONGEST_WAY_BACK_MS = 1_000_000_000n;

/** What is sent for records, each list at once. */
export function asMessages(records: readonly Buffer[], place: Place): Message[][] {
  const batches: Message[][] = [];
  let earliest = 0n;
  for (const message of toMessages(records, place)) {
    const { timestamp } = message;
    if (batches.length === 0 || (timestamp !== undefined && timestamp < earliest)) {
      batches.push([]);
      earliest = (timestamp ?? 0n) - LONGEST_WAY_BACK_MS;
    }
    batches.at(-1)!.push(message);
  }
  return batches;
}

function toMessages(records: readonly Buffer[], { topic, partition, metadata }: Place): Message[] {
  const place = { topic, partition: partition === 'all' ? 0 : partition };
  const now = BigInt(Date.now());
  if (!metadata) return records.map((value) => ({ ...place, value }));
  return records.map((record) => {
    const { key, value, headers, timestamp } = unwrapMessage(record);
    return {
      ...place,
      // The client writes null for a value that is not there, and takes no other.
      value: value as Buffer,
      ...(key !== null && { key }),
      timestamp: timestamp ?? now,
      ...(headers.length > 0 && { headers: new Map(headers) as Map<Buffer, Buffer> }),
    };
  });
}
