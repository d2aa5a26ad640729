import { setTimeout as delay } from 'node:timers/promises';
import type { JobStatistics } from '../../../api/shapes.ts';
import { FastScoreError } from '../../../core/errors.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { renderTable } from '../../output/table.ts';

const SAMPLE_MS = 1000;

export const command = defineCommand({
  args: [['[what]', 'io for the sums of inputs and outputs, reset to count from zero from now on']],
  about:
    'Looks twice, a second apart: what each jet has taken and given, and how fast. Counts are those of the run; reset ' +
    'changes nothing else than what is shown here.',
  examples: [
    { line: 'fastscore job statistics', text: '' },
    { line: 'fastscore job statistics io', text: 'records and bytes that have gone in and come out' },
    { line: 'fastscore job statistics reset -v', text: '' },
  ],
  async run(cli, [what]) {
    if (what === undefined) return showJets(cli);
    const { engine } = await cli.client();
    if (what === 'io') {
      const { input, output } = await engine.statistics();
      const rows = Object.entries({ input, output }).map(([name, { count, size }]) => [name, `${count}`, `${size}`]);
      cli.out.result({ input, output }, renderTable(['', integer('Count'), integer('Size')], rows));
      return 0;
    }
    if (what !== 'reset') {
      throw new FastScoreError('BAD_INPUT', `'job statistics ${what}' is not known (there is: io, reset)`, {
        hint: 'fastscore job statistics --help',
      });
    }
    await engine.resetStatistics();
    cli.out.done({ result: 'reset' }, 'Reset');
    return 0;
  },
});

interface Row {
  readonly name: string;
  readonly total_in: number;
  readonly rate_in: number;
  readonly total_out: number;
  readonly rate_out: number;
}

const integer = (title: string) => ({ title, integer: true }) as const;
const COLUMNS = ['name', ...['total-in', 'rate-in, rec/s', 'total-out', 'rate-out, rec/s'].map(integer)];

async function showJets(cli: Cli): Promise<number> {
  const { engine } = await cli.client();
  const before = await engine.statistics();
  const from = performance.now();
  await delay(SAMPLE_MS, undefined, { signal: cli.signal });
  const rows = jetRows(before, await engine.statistics(), (performance.now() - from) / 1000);
  cli.out.result(rows, renderTable(COLUMNS, rows.map(cellsOf)));
  return 0;
}

/** One row per jet, and their sum when there are more than one. */
function jetRows(before: JobStatistics, after: JobStatistics, seconds: number): Row[] {
  const rows = after.jets.map(({ number, pid, total_in, total_out }): Row => {
    const earlier = before.jets.find((jet) => jet.pid === pid);
    return {
      name: `jet-${number}`,
      total_in,
      rate_in: (total_in - (earlier?.total_in ?? 0)) / seconds,
      total_out,
      rate_out: (total_out - (earlier?.total_out ?? 0)) / seconds,
    };
  });
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  if (rows.length < 2) return rows;
  const total: Row = {
    name: 'TOTAL',
    total_in: sum((row) => row.total_in),
    rate_in: sum((row) => row.rate_in),
    total_out: sum((row) => row.total_out),
    rate_out: sum((row) => row.rate_out),
  };
  return [...rows, total];
}

const cellsOf = ({ name, total_in, rate_in, total_out, rate_out }: Row): string[] => [
  name,
  String(total_in),
  rate_in.toFixed(1),
  String(total_out),
  rate_out.toFixed(1),
];
