import { defineCommand } from '../../command.ts';
import { showDebug } from '../../show-debug.ts';

export const command = defineCommand({
  about: 'What the engine does with streams, model and jets, until Ctrl-C. Times are UTC.',
  examples: [{ line: 'fastscore debug manifold', text: '' }],
  run: (cli) => showDebug(cli, 'manifold.debug'),
});
