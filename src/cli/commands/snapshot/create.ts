import { defineCommand } from '../../command.ts';
import { parseSeconds } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  options: {
    note: ['--note <text>', 'kept in the snapshot'],
    timeout: ['--timeout <seconds>', 'give it up when a jet is still at its batch after so long (default: 60)'],
  },
  about:
    'Batches under way are finished first, then the state of all jets is captured and the flow goes on. ' +
    'The snapshot is stored under the name of the loaded model. One that cannot be taken is given up, and nothing is stored.',
  examples: [
    { line: 'fastscore snapshot create', text: 'prints the id' },
    { line: "fastscore snapshot create --note 'before the upgrade' -v", text: '' },
  ],
  async run(cli, _args, { note, timeout }) {
    const waitMs = parseSeconds('--timeout', timeout);
    const taking = during('Unable to take a snapshot', (await cli.client()).engine.createSnapshot(note, waitMs));
    const snapshot = await cli.out.progress.while(() => 'Taking a snapshot', taking);
    const { id, model, created_on, type, size } = snapshot;
    const text = cli.out.verbose ? `Snapshot '${id}' of model '${model}' taken (${size} bytes)` : id;
    cli.out.result({ id, model, created_on, stype: type, size }, text);
    return 0;
  },
});
