import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';

/**
 * Refuses a value that 1.10 refused without an error: for old scripts with a line on stdout and status 0.
 * @returns the exit status
 */
export function refuse(cli: Cli, message: string, hint: string): number {
  if (!cli.compat) throw new FastScoreError('BAD_INPUT', message, { hint });
  cli.out.line(cli.out.colours.red(message));
  return 0;
}
