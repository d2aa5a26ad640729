import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  about: 'Snapshots that were taken of it stay.',
  examples: [{ line: 'fastscore model remove gain', text: '' }],
  async run(cli, [name]) {
    await during(`Cannot remove model '${name}'`, (await cli.client()).models.remove(name));
    cli.out.done({ name, result: 'removed' }, `Model '${name}' removed`);
    return 0;
  },
});
