import type { ErrorCode, ErrorOptions } from '../core/errors.ts';
import { FastScoreError } from '../core/errors.ts';

/** The words form no command: an unknown one, or one with a word missing or too many. 1.10 answered all of these alike. */
export class UnmatchedCommand extends FastScoreError {
  constructor(code: ErrorCode & ('UNKNOWN_COMMAND' | 'BAD_INPUT'), message: string, options: ErrorOptions) {
    super(code, message, options);
  }
}
