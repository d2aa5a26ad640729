import { defineCommand } from '../../command.ts';
import { renderTable } from '../../output/table.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore model list', text: 'names and types' }],
  async run(cli) {
    const models = await (await cli.client()).models.list();
    cli.out.result(
      models.map(({ name, type }) => ({ name, mtype: type })),
      renderTable(
        ['Name', 'Type'],
        models.map(({ name, type }) => [name, type]),
      ),
    );
    return 0;
  },
});
