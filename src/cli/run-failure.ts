import type { JobStatus } from '../api/shapes.ts';
import type { ErrorCode } from '../core/errors.ts';
import { ERROR_CODES, FastScoreError } from '../core/errors.ts';

type Failure = NonNullable<JobStatus['failure']>;

/**
 * Why a run failed, as an error: the model's own traceback, and the record that caused it.
 * @param file the source as its user knows it; to the jets it is `__model.py` or `__model.R`
 */
export function runFailure(failure: Failure, file?: string): FastScoreError {
  const code = Object.hasOwn(ERROR_CODES, failure.code) ? (failure.code as ErrorCode) : 'MODEL_FAILED';
  const { input } = failure;
  const traceback = file === undefined ? failure.traceback : nameSource(failure.traceback, file);
  return new FastScoreError(code, failure.message, {
    details: { traceback, ...(input === null ? {} : { input: describeInput(input), records: input }) },
  });
}

/** A run whose snapshot could not be written has not done all that it was asked to. */
export function assertSnapshotTaken(snapshot: JobStatus['last_snapshot']): void {
  if (snapshot !== null && snapshot.error !== null) throw new FastScoreError('SNAPSHOT_WRITE_FAILED', snapshot.error);
}

function nameSource(traceback: string, file: string): string {
  return traceback
    .replaceAll(/^( *File )"__model\.py"/gm, (_, head: string) => `${head}"${file}"`)
    .replaceAll(/^( *)__model\.R(?=:\d)/gm, (_, head: string) => `${head}${file}`);
}

function describeInput({ slot, seqno, data }: NonNullable<Failure['input']>): string {
  const records = data.map((record, index) => `  ${seqno + index}: ${record}`);
  return [`The input that caused the error (slot ${slot}, by sequence number):`, ...records].join('\n');
}
