import type { Reject } from '../core/records.ts';
import { REJECT_TEXT_LIMIT } from '../core/records.ts';

/** A record that was refused, as people see it. */
export function asReject(record: Buffer, why: Omit<Reject, 'text'>): Reject {
  const text = record.toString('utf8', 0, 4 * REJECT_TEXT_LIMIT).slice(0, REJECT_TEXT_LIMIT);
  return { ...why, text };
}
