import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  examples: [{ line: 'fastscore engine unpause -v', text: '' }],
  async run(cli, [engine]) {
    const name = engine ?? (await cli.engineName());
    await during('Unable to unpause the engine', (await cli.client(engine)).engine.unpause());
    cli.out.done({ engine: name, result: 'unpaused' }, `Engine '${name}' unpaused`);
    return 0;
  },
});
