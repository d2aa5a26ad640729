import { defineCommand } from '../../command.ts';
import { runStored } from '../../run-stored.ts';
import { RUN_STORED_OPTIONS } from '../../run-stored-options.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of a stored model'],
    ['<input>', 'stream for slot 0: a name, a file, or a literal such as inline:1,2,3'],
    ['[output]', 'stream for slot 1, likewise (default: discard:)'],
  ],
  options: RUN_STORED_OPTIONS,
  about:
    'Checks model and streams, loads the model, attaches the streams. An engine that is not in state INIT is left alone, with exit ' +
    'status 6, unless --queue or --replace is said.',
  examples: [
    { line: 'fastscore job run tally in scores', text: 'start, and come back' },
    { line: 'fastscore job run tally in.jsonl out.jsonl --wait', text: 'exit status 8 when the model fails' },
    { line: 'fastscore job run tally in.jsonl out.jsonl --queue --wait', text: 'after the job that runs now' },
  ],
  run: (cli, [model, input, output], options) =>
    runStored(cli, { model, input, output: output ?? 'discard:' }, options),
});
