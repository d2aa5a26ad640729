import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<slot>', 'number of the slot, or in or out']],
  about: 'Not possible while the engine is RUNNING.',
  examples: [{ line: 'fastscore stream detach 0', text: '' }],
  async run(cli, [text]) {
    const slot = parseSlot(text);
    const client = await cli.client();
    const attached = (await client.engine.activeStreams()).some((stream) => stream.slot === slot);
    if (attached) await during('Unable to detach stream', client.engine.detachStream(slot));
    cli.out.done(
      { slot, result: attached ? 'detached' : 'unchanged' },
      attached ? 'Stream detached' : `No stream attached to slot ${slot}`,
    );
    return 0;
  },
});
