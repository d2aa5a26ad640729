import { FastScoreError } from '../../src/core/errors.ts';

/** The error that `action` throws; it must be one of ours. */
export function failureOf(action: () => unknown): FastScoreError {
  try {
    action();
  } catch (error) {
    if (error instanceof FastScoreError) return error;
    throw error;
  }
  throw new Error('expected a failure, there was none');
}
