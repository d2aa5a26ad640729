import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  options: { force: ['--force', 'do not wait until outputs have written what they have'] },
  about:
    'The same as `fastscore engine reset`. Take a snapshot first to keep cells and pools. Jets are ended at once, whatever they are at. ' +
    'A stream that is not closed after 30 seconds is left to itself.',
  examples: [{ line: 'fastscore job stop -v', text: '' }],
  async run(cli, _args, { force }) {
    await during('Unable to stop the engine', (await cli.client()).engine.reset({ force }));
    cli.out.done({ engine: await cli.engineName(), result: 'stopped' }, 'Engine stopped');
    return 0;
  },
});
