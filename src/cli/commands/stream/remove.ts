import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<stream>', 'name of the stream']],
  examples: [{ line: 'fastscore stream remove in', text: '' }],
  async run(cli, [name]) {
    await during(`Cannot remove stream '${name}'`, (await cli.client()).streams.remove(name));
    cli.out.done({ name, result: 'removed' }, 'Stream removed');
    return 0;
  },
});
