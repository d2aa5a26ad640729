import type { SnapshotInfo } from '../../../api/shapes.ts';
import { defineCommand } from '../../command.ts';
import { parseCount } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  options: {
    count: ['--count <n>', 'at most so many'],
    since: ['--since <date>', 'taken then or later (ISO 8601; UTC when it has no zone)'],
    until: ['--until <date>', 'taken then or earlier'],
    watch: WATCH_OPTION,
  },
  about: 'Newest first.',
  examples: [
    { line: 'fastscore snapshot list tally', text: 'ids, one per line' },
    { line: 'fastscore snapshot list tally -v --since 2026-03-01', text: 'with dates and sizes' },
  ],
  async run(cli, [model], { count, since, until, watch }) {
    const filter = { count: parseCount('--count', count), since, until };
    const client = await cli.client();
    return showFrame(cli, watch, async () => {
      const snapshots = await during('Cannot list snapshots', client.snapshots.list(model, filter));
      return {
        document: snapshots.map((info) => documentOf(model, info)),
        text: cli.out.verbose ? render(model, snapshots) : snapshots.map(({ id }) => id).join('\n'),
      };
    });
  },
});

function documentOf(model: string, { id, created_on, type, size, pinned }: SnapshotInfo): unknown {
  return { id, model, created_on, stype: type, size, pinned: pinned === true };
}

function render(model: string, snapshots: readonly SnapshotInfo[]): string {
  if (snapshots.length === 0) return 'No snapshots found';
  return renderTable(
    ['Id', 'Model', 'Date/Time', 'Type', { title: 'Size', integer: true }],
    snapshots.map(({ id, created_on, type, size }) => [id, model, created_on, type, String(size)]),
  );
}
