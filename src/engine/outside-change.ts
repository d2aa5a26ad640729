import { FastScoreError } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { Jet } from '../jets/jet.ts';
import type { StateDesk } from '../jets/state-desk.ts';
import { describeJetWork, seconds } from './describe-work.ts';
import type { Waits } from './waits.ts';

export interface OutsideChange {
  readonly key: Key;
  readonly waits: Waits;
  readonly desk: StateDesk;
  jets(): readonly Jet[];
  /** In place of the limit that is set. */
  readonly limitMs?: number | undefined;
}

/**
 * Changes a key from outside of the jets, when the one that has it has given it back.
 * @throws FastScoreError TIMED_OUT when that takes too long: then nothing is changed, now or later
 */
export async function changeFromOutside<T>(
  change: (signal: AbortSignal) => Promise<T>,
  { key, waits, desk, jets, limitMs }: OutsideChange,
): Promise<T> {
  const given = new AbortController();
  const changed = change(given.signal);
  if (await waits.within('state', changed, { key, limitMs })) return changed;
  const { lentTo } = desk.standing(key);
  given.abort();
  const holder = jets().find(({ sandbox }) => sandbox === lentTo);
  const who =
    holder === undefined ? 'jets take turns on it' : `jet ${holder.number} has it, ${describeJetWork(holder)}`;
  const waited = seconds(limitMs ?? waits.limitOf('state'));
  throw new FastScoreError(
    'TIMED_OUT',
    `Nothing has been changed: ${describeKey(key)} is not free after ${waited}; ${who}`,
    {
      hint: 'fastscore job status',
    },
  );
}
