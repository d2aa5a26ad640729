import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<attachment>', 'name of the attachment'],
  ],
  examples: [{ line: 'fastscore attachment remove gain weights.tar.gz', text: '' }],
  async run(cli, [model, name]) {
    const { attachments } = await cli.client();
    await during(`Cannot remove attachment '${name}'`, attachments.remove(model, name));
    cli.out.done({ model, name, result: 'removed' }, 'Attachment removed');
    return 0;
  },
});
