import type { Reject } from '../core/records.ts';
import { REJECT_TEXT_LIMIT } from '../core/records.ts';

/** A record that an encoding or an envelope refused. */
export function encodingReject(
  record: Buffer,
  options: { slot: number; seqno: number | null; reason: string },
): Reject {
  const text = record.toString('utf8', 0, 4 * REJECT_TEXT_LIMIT).slice(0, REJECT_TEXT_LIMIT);
  return { by: 'encoding', slot: options.slot, seqno: options.seqno, text, reason: options.reason };
}
