import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<schema>', 'name of the schema']],
  examples: [{ line: 'fastscore schema remove amps', text: '' }],
  async run(cli, [name]) {
    await during(`Cannot remove schema '${name}'`, (await cli.client()).schemas.remove(name));
    cli.out.done({ name, result: 'removed' }, 'Schema removed');
    return 0;
  },
});
