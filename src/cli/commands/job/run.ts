import { defineCommand } from '../../command.ts';
import { runStored } from '../../run-stored.ts';
import { RUN_STORED_OPTIONS } from '../../run-stored-options.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of a stored model'],
    ['<input>', 'stream for slot 0: a name, or a literal such as inline:1,2,3'],
    ['[output]', 'stream for slot 1 (default: discard:)'],
  ],
  options: RUN_STORED_OPTIONS,
  about: 'Checks model and streams, loads the model, attaches the streams. The engine must be in state INIT.',
  examples: [
    { line: 'fastscore job run tally in scores', text: 'start, and come back' },
    { line: 'fastscore job run tally inline:4,6,9 discard: --wait', text: 'exit status 8 when the model fails' },
  ],
  run: (cli, [model, input, output], options) =>
    runStored(cli, { model, input, output: output ?? 'discard:' }, options),
});
