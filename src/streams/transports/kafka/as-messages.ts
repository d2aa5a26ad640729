import type { MessageToProduce } from '@platformatic/kafka';
import { membersOf } from './json-members.ts';
import { keyBytes } from './key-bytes.ts';
import type { KafkaSettings } from './settings.ts';
import { unwrapMessage } from './whole-message.ts';

const QUOTE = 0x22;
const NULL = Buffer.from('null');

export type Message = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

/** Chooses the partition of a message by its key. */
export type PartitionOf = (key: Buffer | null) => number;

/** What is sent for records. */
export function asMessages(
  records: readonly Buffer[],
  { topic, metadata, keyField }: Pick<KafkaSettings, 'topic' | 'metadata' | 'keyField'>,
  partitionOf: PartitionOf,
): Message[] {
  if (metadata) {
    const now = BigInt(Date.now());
    return records.map((record) => unwrapped(record, { topic, partitionOf, now }));
  }
  if (keyField === null) return records.map((value) => ({ topic, partition: partitionOf(null), value }));
  return records.map((value) => {
    const key = keyIn(value, keyField);
    return { topic, partition: partitionOf(key), value, ...(key !== null && { key }) };
  });
}

function unwrapped(
  record: Buffer,
  { topic, partitionOf, now }: { topic: string; partitionOf: PartitionOf; now: bigint },
): Message {
  const { key, value, headers, timestamp } = unwrapMessage(record);
  return {
    topic,
    partition: partitionOf(key),
    // The client writes null for a value that is not there, and takes no other.
    value: value as Buffer,
    ...(key !== null && { key }),
    timestamp: timestamp ?? now,
    ...(headers.length > 0 && { headers: new Map(headers) as Map<Buffer, Buffer> }),
  };
}

/** A text is the key as it is, anything else as its JSON. */
function keyIn(record: Buffer, field: string): Buffer | null {
  const text = membersOf(record)?.get(field);
  if (text === undefined || text.equals(NULL)) return null;
  return text[0] === QUOTE ? keyBytes(JSON.parse(String(text))) : text;
}
