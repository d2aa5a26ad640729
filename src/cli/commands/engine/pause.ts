import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  about: 'Records that are under way are finished. In state INIT the engine is paused as soon as it would run.',
  examples: [{ line: 'fastscore engine pause -v', text: '' }],
  async run(cli, [engine]) {
    const name = engine ?? (await cli.engineName());
    await during('Unable to pause the engine', (await cli.client(engine)).engine.pause());
    cli.out.done({ engine: name, result: 'paused' }, `Engine '${name}' paused`);
    return 0;
  },
});
