import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  about: 'Forgets what `fastscore pneumo history` would show.',
  examples: [{ line: 'fastscore pneumo flush -v', text: '' }],
  async run(cli) {
    await during('Unable to flush Pneumo history', (await cli.client()).connect.flush());
    cli.out.done({ result: 'flushed' }, 'Pneumo history flushed');
    return 0;
  },
});
