/**
 * When a model's state is kept by itself, as the annotation says:
 *
 *     # fastscore.snapshots: eof, every 10s, every 5000, control, keep 5
 *
 * | rule | meaning |
 * | --- | --- |
 * | `none` | never; alone |
 * | `eof` | at the end of the run, FastScore 1.10's only one |
 * | `every 10s` | while records flow, after so many `ms`, `s`, `m` or `h` |
 * | `every 5000` | after so many input records, exactly |
 * | `control` | at a control record `snapshot` in an input |
 * | `keep 5` | when one has been taken, older ones of the model are removed, except pinned ones |
 */
export interface SnapshotRules {
  readonly eof: boolean;
  readonly everyMs: number | null;
  readonly everyRecords: number | null;
  readonly control: boolean;
  readonly keep: number | null;
}

export const NO_SNAPSHOTS: SnapshotRules = {
  eof: false,
  everyMs: null,
  everyRecords: null,
  control: false,
  keep: null,
};

/** Below it the engine would be busy with nothing but snapshots. */
const SHORTEST_MS = 100;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** @returns the rules, or what is wrong with the text */
export function parseSnapshotRules(text: string): SnapshotRules | string {
  const words = text.split(',').map((rule) => rule.trim().replaceAll(/\s+/g, ' '));
  if (words.length === 1 && words[0] === 'none') return NO_SNAPSHOTS;
  let rules = NO_SNAPSHOTS;
  for (const word of words) {
    const change = parseRule(word);
    if (typeof change === 'string') return change;
    const [name] = Object.keys(change) as (keyof SnapshotRules)[];
    if (rules[name!] !== NO_SNAPSHOTS[name!]) return `'${word}' says again what another rule says`;
    rules = { ...rules, ...change };
  }
  const { keep, ...takes } = rules;
  if (keep !== null && !takes.eof && !takes.control && takes.everyMs === null && takes.everyRecords === null) {
    return "'keep' needs a rule that takes snapshots, such as 'every 10s'";
  }
  return rules;
}

/** The rules as text, in the order of the table. */
export function describeSnapshotRules({ eof, everyMs, everyRecords, control, keep }: SnapshotRules): string {
  const words = [
    ...(eof ? ['eof'] : []),
    ...(everyMs === null ? [] : [describePeriod(everyMs)]),
    ...(everyRecords === null ? [] : [describeCount(everyRecords)]),
    ...(control ? ['control'] : []),
    ...(keep === null ? [] : [`keep ${keep}`]),
  ];
  return words.length === 0 ? 'none' : words.join(', ');
}

export function describePeriod(everyMs: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, ms]) => everyMs % ms === 0) as [string, number];
  return `every ${everyMs / size}${unit}`;
}

export const describeCount = (everyRecords: number): string => `every ${everyRecords}`;

function parseRule(word: string): Partial<SnapshotRules> | string {
  if (word === 'eof') return { eof: true };
  if (word === 'control') return { control: true };
  const keep = /^keep (\d+)$/.exec(word);
  if (keep !== null) return count(keep[1]!, word, (number) => ({ keep: number }));
  const every = /^every (\d+) ?(ms|s|m|h)?$/.exec(word);
  if (every === null) {
    return word === 'none'
      ? "'none' stands alone"
      : `'${word}' is none of eof, every 10s, every 5000, control, keep 5, none`;
  }
  const [, number = '', unit] = every;
  if (unit === undefined) return count(number, word, (records) => ({ everyRecords: records }));
  const everyMs = Number(number) * UNITS[unit]!;
  if (everyMs < SHORTEST_MS || everyMs > MOST_MS) return `'${word}' is not between ${SHORTEST_MS} ms and 24 days`;
  return { everyMs };
}

/** The longest time of a timer. */
const MOST_MS = 2 ** 31 - 1;

function count(text: string, word: string, rule: (number: number) => Partial<SnapshotRules>) {
  const number = Number(text);
  return number >= 1 && number <= Number.MAX_SAFE_INTEGER ? rule(number) : `'${word}' needs a number from 1 on`;
}
