import { getSystemErrorMap } from 'node:util';
import { FastScoreError } from '../core/errors.ts';

/** A stream that could not be opened. `label` names the transport and its place, such as `file '/data/in'`. */
export function openFailure(slot: number, label: string, error: unknown): FastScoreError {
  return failure(`Unable to open stream at slot ${slot}: ${label}`, error);
}

/** A stream that broke while it was in use. */
export function runFailure(slot: number, label: string, error: unknown): FastScoreError {
  return failure(`Stream at slot ${slot} failed: ${label}`, error);
}

function failure(what: string, error: unknown): FastScoreError {
  const { hint, details } = error instanceof FastScoreError ? error : {};
  return new FastScoreError('STREAM_FAILED', `${what}: ${reasonOf(error)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  });
}

/** System errors in the words of the system (`no such file or directory`), others by their message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno, code } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND') return 'there is no host of that name';
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? error.message : known[1];
}
