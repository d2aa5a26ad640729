import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  options: { note: ['--note <text>', 'kept in the snapshot'] },
  about:
    'Batches under way are finished first, then the state of all jets is captured and the flow goes on. ' +
    'The snapshot is stored under the name of the loaded model.',
  examples: [
    { line: 'fastscore snapshot create', text: 'prints the id' },
    { line: "fastscore snapshot create --note 'before the upgrade' -v", text: '' },
  ],
  async run(cli, _args, { note }) {
    const taking = during('Unable to take a snapshot', (await cli.client()).engine.createSnapshot(note));
    const snapshot = await cli.out.progress.while(() => 'Taking a snapshot', taking);
    const { id, model, created_on, type, size } = snapshot;
    const text = cli.out.verbose ? `Snapshot '${id}' of model '${model}' taken (${size} bytes)` : id;
    cli.out.result({ id, model, created_on, stype: type, size }, text);
    return 0;
  },
});
