import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  options: { all: ['--all', 'accepted for old scripts; there is one engine', 'hidden'] },
  about:
    'From any state to INIT: stops the run, unloads the model, detaches all streams, forgets cells and pools, goes ' +
    'back to one jet.',
  examples: [{ line: 'fastscore engine reset -v', text: '' }],
  async run(cli, [engine]) {
    const name = engine ?? (await cli.engineName());
    await during('Unable to reset the engine', (await cli.client(engine)).engine.reset());
    cli.out.done({ engine: name, result: 'reset' }, `Engine '${name}' reset`);
    return 0;
  },
});
