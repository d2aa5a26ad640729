import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  about: 'The same as `fastscore engine reset`. Take a snapshot first to keep cells and pools.',
  examples: [{ line: 'fastscore job stop -v', text: '' }],
  async run(cli) {
    await during('Unable to stop the engine', (await cli.client()).engine.reset());
    cli.out.done({ engine: await cli.engineName(), result: 'stopped' }, 'Engine stopped');
    return 0;
  },
});
