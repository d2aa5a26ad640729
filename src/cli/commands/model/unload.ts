import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  about: 'Possible in state INIT; `fastscore engine reset` leads there.',
  examples: [{ line: 'fastscore model unload -v', text: '' }],
  async run(cli, [engine]) {
    const client = await cli.client(engine);
    const loaded = (await client.engine.activeModel()) !== null;
    if (loaded) await during('Unable to unload model', client.engine.unloadModel());
    cli.out.done({ result: loaded ? 'unloaded' : 'unchanged' }, loaded ? 'Model unloaded' : 'Model not loaded');
    return 0;
  },
});
