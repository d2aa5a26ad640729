import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { showDebug } from '../../show-debug.ts';

export const command = defineCommand({
  args: [['<slot>', 'number of the slot, or in or out']],
  about: 'What happens on one slot, until Ctrl-C. Times are UTC.',
  examples: [{ line: 'fastscore debug stream 0', text: '' }],
  run: async (cli, [text]) => showDebug(cli, `manifold.${parseSlot(text)}.debug`),
});
