import type { Message } from './as-messages.ts';

/** The client counts time from the first message of a batch, and wrongly if one is more than 2^31 ms older than that. */
const LONGEST_WAY_BACK_MS = 1_000_000_000n;

/** Messages as they can be sent, each list at once. */
export function batchesOf(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = [];
  let earliest = 0n;
  for (const message of messages) {
    const { timestamp } = message;
    if (batches.length === 0 || (timestamp !== undefined && timestamp < earliest)) {
      batches.push([]);
      earliest = (timestamp ?? 0n) - LONGEST_WAY_BACK_MS;
    }
    batches.at(-1)!.push(message);
  }
  return batches;
}
