import { FastScoreError } from '../core/errors.ts';
import type { Jet, JetWork } from '../jets/jet.ts';

const MOST_NAMED = 4;

/** What jets have in hand, for people: `jet 1, at records 5 to 9 of slot 0 for 61 s`; empty when there is nothing. */
export function describeWork(jets: readonly Jet[]): string {
  const atWork = jets.filter(({ work }) => work !== null);
  const named = atWork.slice(0, MOST_NAMED).map((jet) => `jet ${jet.number}, ${describeJetWork(jet)}`);
  const others = atWork.length - named.length;
  return [...named, ...(others > 0 ? [`${others} more`] : [])].join('; ');
}

/** What one jet has in hand: `at record 5 of slot 0 for 61 s`. */
export function describeJetWork({ work }: Jet): string {
  if (work === null) return 'at rest';
  const { doing, batch, since } = work;
  const place =
    batch === null ? PLACES[doing] : `at ${describeRecords(batch.seqno, batch.records.count)} of slot ${batch.slot}`;
  return `${place} for ${seconds(Date.now() - since)}`;
}

const PLACES = {
  load: 'loading the model',
  begin: 'in begin',
  batch: 'at a batch',
  program: 'in its program',
  end: 'in end',
} as const satisfies Record<JetWork['doing'], string>;

/** `record 5`, `records 5 to 9`. */
export function describeRecords(first: number, count: number): string {
  return count <= 1 ? `record ${first}` : `records ${first} to ${first + count - 1}`;
}

/** Somebody has waited as long as they may. @param what was waited for: `The snapshot has been given up` */
export function tooLong(what: string, { limitMs, jets }: { limitMs: number; jets: readonly Jet[] }): FastScoreError {
  const work = describeWork(jets);
  const blame = work === '' ? 'no jet is there for what is to be done' : `still at work: ${work}`;
  return new FastScoreError('TIMED_OUT', `${what} after ${seconds(limitMs)}: ${blame}`, {
    hint: 'See fastscore job status; the limits are in docs/performance.md',
  });
}

export const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
