import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore schema list', text: 'names, one per line' }],
  async run(cli) {
    const names = await during('Cannot list schemas', (await cli.client()).schemas.list());
    const table = (): string =>
      renderTable(
        ['Name', 'Type'],
        names.map((name) => [name, 'Avro']),
      );
    cli.out.result(names, cli.out.verbose ? table() : names.join('\n'));
    return 0;
  },
});
