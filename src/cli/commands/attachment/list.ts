import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  examples: [
    { line: 'fastscore attachment list gain', text: 'names, one per line' },
    { line: 'fastscore attachment list gain -v', text: 'with types and sizes' },
  ],
  async run(cli, [model]) {
    const { attachments } = await cli.client();
    const names = await during('Cannot list attachments', attachments.list(model));
    if (!cli.out.json && !cli.out.verbose) {
      cli.out.result(names, names.join('\n'));
      return 0;
    }
    const infos = await Promise.all(names.map((name) => attachments.info(model, name)));
    const rows = infos.map(({ name, type, size }) => [name, type, String(size)]);
    const table = rows.length === 0 ? 'No attachments found' : renderTable(COLUMNS, rows);
    cli.out.result(infos, table);
    return 0;
  },
});

const COLUMNS = ['Name', 'Type', { title: 'Size', integer: true }] as const;
