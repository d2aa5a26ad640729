import { FastScoreError } from '../../core/errors.ts';

/**
 * Of an input that an earlier run has read up to `start`.
 * @param size all that it has now
 * @throws FastScoreError BAD_INPUT when it ends before that place: it must be another one
 */
export function assertReaches(start: number, size: number, unit: 'bytes' | 'records'): void {
  if (size >= start) return;
  const one = unit.slice(0, -1);
  throw new FastScoreError(
    'BAD_INPUT',
    `has ${size} ${size === 1 ? one : unit}, and is to be read on behind ${one} ${start}`,
    {
      hint: 'It is not the input that belongs to the snapshot: put that one back, or run without resuming',
    },
  );
}
