import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';
import { FIRST_INPUT, resolveStream } from '../../stream-argument.ts';

export const command = defineCommand({
  args: [['<stream>', 'name of a stream, a literal, a descriptor as JSON, or a file']],
  about: 'Measures how fast a stream can be read, apart from what the engine runs.',
  examples: [{ line: 'fastscore stream rate scores', text: '' }],
  async run(cli, [text]) {
    const { descriptor } = await resolveStream(cli, text, FIRST_INPUT);
    const measuring = during('Unable to measure stream', (await cli.client()).engine.rate(descriptor));
    const rates = await cli.out.progress.while(() => 'Reading the stream', measuring);
    const rows = rates.map(({ rps, mbps }, index) => [String(index + 1), (rps / 1000).toFixed(3), mbps.toFixed(3)]);
    cli.out.result(rates, renderTable(COLUMNS, rows));
    return 0;
  },
});

const COLUMNS = ['#', 'Krec/s', 'MB/s'].map((title) => ({ title, integer: true }) as const);
