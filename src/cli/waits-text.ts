import type { JobStatus, WaitInfo } from '../api/shapes.ts';
import { printableLine } from './output/printable.ts';

/** A jet that has been at something for longer is shown although nobody waits for it. */
const LONG_WORK_MS = 5000;

const SUBJECTS: Readonly<Record<string, string>> = {
  snapshot: 'a snapshot',
  pig: 'a pig',
  model: 'a new model',
  start: 'the start of the run',
  scale: 'a new number of jets',
  end: 'the end of the run',
  stop: 'the end of the job',
};

/** What an engine and its jets wait for, and for whom; empty when all goes on. */
export function renderWaits({ waits, jets }: JobStatus): string[] {
  const awaited = new Set(waits.flatMap(({ on }) => on));
  const lines = [
    ...waits.map((wait) => `  ${describeWait(wait)}`),
    ...jets
      .filter(({ number, work }) => awaited.has(number) || (work?.ms ?? 0) >= LONG_WORK_MS)
      .map((jet) => `  jet ${jet.number} is ${describeWork(jet)}`),
  ];
  return lines.length === 0 ? [] : [['Waiting:', ...lines].join('\n')];
}

/** What a jet is at, for people: `at record 5 of slot 0 for 6.2 s`. */
export function describeWork({ work }: JobStatus['jets'][number]): string {
  if (work === null) return 'at rest';
  const { doing, records } = work;
  const place = records === null ? PLACES[doing] : `at ${recordsText(records)} of slot ${records.slot}`;
  return `${place ?? doing} for ${seconds(work.ms)}`;
}

const PLACES: Readonly<Record<string, string>> = {
  load: 'loading the model',
  begin: 'in begin',
  program: 'in its program',
  end: 'in end',
};

function describeWait({ key, waiting, on, ms, limit_ms, ...wait }: WaitInfo): string {
  const limit = limit_ms === null ? '' : ` of at most ${seconds(limit_ms)}`;
  const who = on.length === 0 ? '' : `, on ${jetsText(on)}`;
  if (wait.for === 'key') return `${jetsText(waiting)}: ${keyText(key)}, for ${seconds(ms)}${limit}${who}`;
  const subject = wait.for === 'state' ? `a change of ${keyText(key)} from outside` : (SUBJECTS[wait.for] ?? wait.for);
  return `${subject}, for ${seconds(ms)}${limit}${who}`;
}

function keyText(key: WaitInfo['key']): string {
  if (key === null) return 'a key';
  const name = printableLine(key.name);
  return key.kind === 'item' ? `item '${printableLine(key.item ?? '')}' of pool '${name}'` : `${key.kind} '${name}'`;
}

const recordsText = ({ seqno, count }: { seqno: number; count: number }): string =>
  count <= 1 ? `record ${seqno}` : `records ${seqno} to ${seqno + count - 1}`;

const jetsText = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? 'jet' : 'jets'} ${numbers.join(', ')}`;

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
