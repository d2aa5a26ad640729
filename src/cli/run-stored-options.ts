import type { JobTurn } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';

export const FAIL_ON_REJECT_OPTION = [
  '--fail-on-reject',
  'exit status 8 when a record or an output was rejected',
] as const;

/** Options of commands that run a stored model. */
export const RUN_STORED_OPTIONS = {
  wait: ['--wait', 'wait for the end of the run; exit status 8 when the model fails'],
  timeout: ['--timeout <seconds>', 'give up waiting after so long, with exit status 7'],
  queue: ['--queue', 'wait in line when the engine is not free'],
  replace: ['--replace', 'stop what the engine runs, whatever becomes of it, and run this instead'],
  failOnReject: FAIL_ON_REJECT_OPTION,
  schema: ['--schema <name:data>', 'a schema that goes along: a file, @file, or JSON', 'repeat'],
} as const;

export interface RunStoredOptions {
  readonly wait: boolean;
  readonly timeout: string | undefined;
  readonly queue: boolean;
  readonly replace: boolean;
  readonly failOnReject: boolean;
  readonly schema: readonly string[];
}

/**
 * What is to happen when somebody else has the engine.
 * @throws FastScoreError BAD_INPUT for options that do not go together
 */
export function readTurn({ queue, replace, wait, failOnReject }: RunStoredOptions): JobTurn {
  if (queue && replace) throw new FastScoreError('BAD_INPUT', '--queue and --replace say the opposite of each other');
  if (failOnReject && !wait) {
    throw new FastScoreError('BAD_INPUT', '--fail-on-reject is told at the end of the run, and needs --wait', {
      hint: '--wait, or later fastscore job wait --fail-on-reject',
    });
  }
  if (replace) return 'replace';
  return queue ? 'queue' : 'now';
}
