import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore sensor list', text: 'names, one per line' }],
  async run(cli) {
    const names = await during('Cannot list sensors', (await cli.client()).sensors.list());
    cli.out.result(names, names.join('\n'));
    return 0;
  },
});
