import { setTimeout as delay } from 'node:timers/promises';
import type { JobStatus } from '../../../api/shapes.ts';
import { defineCommand } from '../../command.ts';
import { renderTable } from '../../output/table.ts';

const SAMPLE_MS = 1000;

export const command = defineCommand({
  about: 'Looks twice, a second apart: what each jet has taken and given, and how fast.',
  examples: [{ line: 'fastscore job statistics', text: '' }],
  async run(cli) {
    const { engine } = await cli.client();
    const before = await engine.status();
    const from = performance.now();
    await delay(SAMPLE_MS, undefined, { signal: cli.signal });
    const rows = statistics(before, await engine.status(), (performance.now() - from) / 1000);
    cli.out.result(rows, renderTable(COLUMNS, rows.map(cellsOf)));
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

/** One row per jet, and their sum when there are more than one. */
function statistics(before: JobStatus, after: JobStatus, seconds: number): Row[] {
  const rows = after.jets.map(({ number, pid, records, output_records }): Row => {
    const earlier = before.jets.find((jet) => jet.pid === pid);
    return {
      name: `jet-${number}`,
      total_in: records,
      rate_in: (records - (earlier?.records ?? 0)) / seconds,
      total_out: output_records,
      rate_out: (output_records - (earlier?.output_records ?? 0)) / seconds,
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
