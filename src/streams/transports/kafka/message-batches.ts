import type { Message } from './as-messages.ts';

/** The client counts time from the first message of a batch, and wrongly if one is more than 2^31 ms older than that. */
const LONGEST_WAY_BACK_MS = 1_000_000_000n;

/** Brokers take a mebibyte at once by default. */
const MOST_BYTES = 900_000;

/** What a message takes beside its key, value and headers, at most. */
const FRAME_BYTES = 40;

/** Messages as they can be sent, each list at once. */
export function batchesOf(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = [];
  let earliest = 0n;
  let bytes = 0;
  for (const message of messages) {
    const { timestamp } = message;
    const size = sizeOf(message);
    bytes += size;
    if (batches.length === 0 || bytes > MOST_BYTES || (timestamp !== undefined && timestamp < earliest)) {
      batches.push([]);
      earliest = (timestamp ?? 0n) - LONGEST_WAY_BACK_MS;
      bytes = size;
    }
    batches.at(-1)!.push(message);
  }
  return batches;
}

function sizeOf({ key, value, headers }: Message): number {
  let size = FRAME_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  if (headers instanceof Map)
    for (const [name, text] of headers) size += name.length + (text?.length ?? 0) + FRAME_BYTES;
  return size;
}
