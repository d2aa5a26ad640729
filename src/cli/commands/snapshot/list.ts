import { defineCommand } from '../../command.ts';
import { parseCount } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  options: {
    count: ['--count <n>', 'at most so many'],
    since: ['--since <date>', 'taken then or later (ISO 8601; UTC when it has no zone)'],
    until: ['--until <date>', 'taken then or earlier'],
  },
  about: 'Newest first.',
  examples: [
    { line: 'fastscore snapshot list tally', text: 'ids, one per line' },
    { line: 'fastscore snapshot list tally -v --since 2026-03-01', text: 'with dates and sizes' },
  ],
  async run(cli, [model], { count, since, until }) {
    const filter = { count: parseCount('--count', count), since, until };
    const listing = (await cli.client()).snapshots.list(model, filter);
    const snapshots = await during('Cannot list snapshots', listing);
    const rows = snapshots.map(({ id, created_on, type, size }) => [id, model, created_on, type, String(size)]);
    const table = (): string =>
      rows.length === 0
        ? 'No snapshots found'
        : renderTable(['Id', 'Model', 'Date/Time', 'Type', { title: 'Size', integer: true }], rows);
    cli.out.result(
      snapshots.map(({ id, created_on, type, size, pinned = false }) => ({
        id,
        model,
        created_on,
        stype: type,
        size,
        pinned,
      })),
      cli.out.verbose ? table() : snapshots.map(({ id }) => id).join('\n'),
    );
    return 0;
  },
});
