import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { renderTable } from '../../output/table.ts';
import { openTemporarySensors } from '../../temporary-sensors.ts';

const SECONDS = 5;

/** What is measured, with its name for people. */
const OPERATIONS: Readonly<Record<string, string>> = {
  unwrap_envelope: 'Unwrap envelope',
  wrap_envelope: 'Wrap envelope',
  validate_streaming: 'Validate records (streaming mode)',
  validate_input_records: 'Validate input records',
  validate_output_records: 'Validate output records',
};

export const command = defineCommand({
  args: [['<slot>', 'number of the slot, or in or out']],
  about: `Measures for ${SECONDS} seconds what records cost on their way in or out.`,
  examples: [{ line: 'fastscore profile stream 0', text: '' }],
  async run(cli, [text]) {
    const slot = parseSlot(text);
    const sensors = await openTemporarySensors(cli, await cli.engineName());
    await sensors.install(`manifold.${slot}.profile`, {
      activate: { Type: 'regular', Interval: 1 },
      interval: SECONDS,
    });
    cli.out.confirm(`Collecting data (${SECONDS.toFixed(1)}s)...`);
    const counters = await cli.out.progress.while(() => 'Collecting data', firstReport(sensors.reports));
    cli.out.result(counters, renderTable(COLUMNS, rowsOf(counters)));
    return 0;
  },
});

const COLUMNS = ['Operation', 'Time, s', { title: 'Count', integer: true }] as const;

async function firstReport(reports: AsyncIterable<{ data: unknown }>): Promise<Record<string, number>> {
  for await (const { data } of reports) return data as Record<string, number>;
  throw new FastScoreError('ENGINE_UNREACHABLE', 'The engine has ended the subscription before its report');
}

function rowsOf(counters: Record<string, number>): string[][] {
  return Object.entries(OPERATIONS).flatMap(([key, name]) => {
    const count = counters[`${key}_n`] ?? 0;
    return count === 0 ? [] : [[name, (counters[key] ?? 0).toFixed(3), String(count)]];
  });
}
