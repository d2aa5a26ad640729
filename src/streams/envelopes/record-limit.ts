import { REJECT_TEXT_LIMIT } from '../../core/records.ts';
import type { Refused } from '../cut.ts';

/** Longest record by default: memory stays bounded when a separator never comes. */
export const RECORD_LIMIT_BYTES = 64 * 1024 * 1024;

/** Enough bytes of a refused record for its text, whatever the characters. */
export const REFUSED_BYTES = 4 * REJECT_TEXT_LIMIT;

/** @param start the beginning of the record */
export function tooLong(start: Buffer, limit: number): Refused {
  return {
    kind: 'refused',
    record: Buffer.from(start.subarray(0, REFUSED_BYTES)),
    reason: `record is longer than ${limit} bytes`,
  };
}
