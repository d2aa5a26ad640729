import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';

/** What one slot has rejected, for whatever reason. */
export interface RejectCount {
  readonly slot: number;
  readonly count: number;
}

/** Sums up on stderr what a run has rejected: one line per slot, none where all was well. */
export function tellRejects(cli: Cli, counts: readonly RejectCount[]): void {
  for (const { slot, count } of counts) {
    if (count > 0) cli.out.note(`${describeCount(slot, count)} rejected`);
  }
}

/**
 * @param hint the command that shows the records
 * @throws FastScoreError RECORD_INVALID when anything was rejected
 */
export function assertNoRejects(counts: readonly RejectCount[], hint?: string): void {
  const rejected = counts.filter(({ count }) => count > 0);
  if (rejected.length === 0) return;
  const parts = rejected.map(({ slot, count }) => describeCount(slot, count)).join(', ');
  throw new FastScoreError('RECORD_INVALID', `The run is no success: ${parts} rejected`, {
    ...(hint === undefined ? {} : { hint }),
    details: { rejected: Object.fromEntries(rejected.map(({ slot, count }) => [slot, count])) },
  });
}

function describeCount(slot: number, count: number): string {
  const noun = slot % 2 === 0 ? 'record' : 'output';
  return count === 1 ? `1 ${noun} of slot ${slot} was` : `${count} ${noun}s of slot ${slot} were`;
}
