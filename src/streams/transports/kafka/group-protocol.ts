import { Reader, Writer } from '@platformatic/kafka';

/** The name of the way in which we share partitions: members of a group must have one in common. */
export const PROTOCOL = 'roundrobin';

/** A member, and the topics that it wants to read. */
export interface Subscription {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/** Partitions by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

const VERSION = 0;
const NO_USER_DATA = Buffer.alloc(0);

/** What a member tells of itself when it joins. */
export function encodeTopics(topics: readonly string[]): Buffer {
  return Writer.create()
    .appendInt16(VERSION)
    .appendArray([...topics], (writer, topic) => writer.appendString(topic, false), false, false)
    .appendBytes(NO_USER_DATA, false).buffer;
}

/** Later versions only add to the end. */
export function decodeTopics(metadata: Buffer): string[] {
  const reader = Reader.from(metadata);
  reader.skip(2);
  return reader.readArray((inner) => inner.readString(false), false, false);
}

export function encodeAssignment(assignment: Assignment): Buffer {
  return Writer.create()
    .appendInt16(VERSION)
    .appendArray(
      [...assignment],
      (writer, [topic, partitions]) =>
        writer
          .appendString(topic, false)
          .appendArray([...partitions], (inner, partition) => inner.appendInt32(partition), false, false),
      false,
      false,
    )
    .appendBytes(NO_USER_DATA, false).buffer;
}

/** An empty buffer is an assignment of nothing. */
export function decodeAssignment(bytes: Buffer): Assignment {
  if (bytes.length < 6) return new Map();
  const reader = Reader.from(bytes);
  reader.skip(2);
  const topics = reader.readArray(
    (inner) =>
      [inner.readString(false), inner.readArray((list) => list.readInt32(), false, false)] as [string, number[]],
    false,
    false,
  );
  return new Map(topics);
}

/** Shares the partitions of each topic among the members that read it, in turn. */
export function shareInTurn(
  members: readonly Subscription[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, Map<string, number[]>> {
  const ordered = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const shares = new Map(ordered.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  let turn = 0;
  for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const readers = ordered.filter(({ topics }) => topics.includes(topic));
    for (let partition = 0; partition < count && readers.length > 0; partition++) {
      const share = shares.get(readers[turn++ % readers.length]!.memberId)!;
      share.set(topic, [...(share.get(topic) ?? []), partition]);
    }
  }
  return shares;
}
