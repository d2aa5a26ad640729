import { FastScoreError } from '../core/errors.ts';
import type { Reject } from '../core/records.ts';

/** What a client is told whose record, or the output for it, was rejected. */
export function refusedRecord({ slot, reason }: Pick<Reject, 'slot' | 'reason'>): FastScoreError {
  return new FastScoreError('RECORD_INVALID', `The record at slot ${slot} was rejected: ${reason}`);
}
