import type { MessageToProduce } from '@platformatic/kafka';
import type { KafkaSettings } from './settings.ts';
import { unwrapMessage } from './whole-message.ts';

export type Message = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

/** What is sent for records. */
export function asMessages(
  records: readonly Buffer[],
  { topic, partition, metadata }: Pick<KafkaSettings, 'topic' | 'partition' | 'metadata'>,
): Message[] {
  const place = { topic, partition: partition === 'all' ? 0 : partition };
  if (!metadata) return records.map((value) => ({ ...place, value }));
  return records.map((record) => {
    const { key, value, headers, timestamp } = unwrapMessage(record);
    return {
      ...place,
      // The client writes null for a value that is not there, and takes no other.
      value: value as Buffer,
      ...(key !== null && { key }),
      ...(timestamp !== null && { timestamp }),
      ...(headers.length > 0 && { headers: new Map(headers) as Map<Buffer, Buffer> }),
    };
  });
}
