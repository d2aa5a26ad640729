import type { JobStatus } from '../api/shapes.ts';
import type { ErrorCode } from '../core/errors.ts';
import { ERROR_CODES, FastScoreError } from '../core/errors.ts';

type Failure = NonNullable<JobStatus['failure']>;

/** Why a run failed, as an error: the model's own traceback, and the record that caused it. */
export function runFailure(failure: Failure): FastScoreError {
  const code = Object.hasOwn(ERROR_CODES, failure.code) ? (failure.code as ErrorCode) : 'MODEL_FAILED';
  const { traceback, input } = failure;
  return new FastScoreError(code, failure.message, {
    details: { traceback, ...(input === null ? {} : { input: describeInput(input), records: input }) },
  });
}

/** A run whose snapshot could not be written has not done all that it was asked to. */
export function assertSnapshotTaken(snapshot: JobStatus['last_snapshot']): void {
  if (snapshot !== null && snapshot.error !== null) throw new FastScoreError('SNAPSHOT_WRITE_FAILED', snapshot.error);
}

function describeInput({ slot, seqno, data }: NonNullable<Failure['input']>): string {
  const records = data.map((record, index) => `  ${seqno + index}: ${record}`);
  return [`The input that caused the error (slot ${slot}, by sequence number):`, ...records].join('\n');
}
