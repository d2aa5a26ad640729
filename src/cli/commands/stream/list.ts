import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore stream list', text: 'names, one per line' }],
  async run(cli) {
    const names = await during('Cannot list streams', (await cli.client()).streams.list());
    cli.out.result(names, names.join('\n'));
    return 0;
  },
});
