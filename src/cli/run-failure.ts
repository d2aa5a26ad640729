import type { JobStatus } from '../api/shapes.ts';
import type { ErrorCode } from '../core/errors.ts';
import { ERROR_CODES, FastScoreError } from '../core/errors.ts';

type Failure = NonNullable<JobStatus['failure']>;

/** Why a run failed, as an error: the model's own traceback, and the record that caused it. */
export function runFailure(failure: Failure): FastScoreError {
  const code = Object.hasOwn(ERROR_CODES, failure.code) ? (failure.code as ErrorCode) : 'MODEL_FAILED';
  const { traceback, input } = failure;
  return new FastScoreError(code, failure.message, {
    details: { traceback, ...(input === null ? {} : { input: describeInput(input), record: input }) },
  });
}

function describeInput({ slot, seqno, data }: NonNullable<Failure['input']>): string {
  const records = data.map((record, index) => `  ${seqno + index}: ${record}`);
  return [`The input that caused the error (slot ${slot}, by sequence number):`, ...records].join('\n');
}
