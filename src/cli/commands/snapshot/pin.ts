import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { findSnapshot } from '../../snapshot-id.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<id>', 'id of the snapshot, or its beginning, or latest'],
  ],
  options: { off: ['--off', 'let it go again'] },
  about: 'A pinned snapshot stays when old ones are pruned, by hand or by `# fastscore.snapshots: ..., keep N`.',
  examples: [
    { line: 'fastscore snapshot pin tally k3v9', text: '' },
    { line: 'fastscore snapshot pin tally k3v9 --off', text: 'it may be pruned again' },
  ],
  async run(cli, [model, prefix], { off }) {
    const client = await cli.client();
    const { id } = await findSnapshot(client, model, prefix);
    await during(`Cannot pin snapshot '${id}'`, client.snapshots.pin(model, id, !off));
    cli.out.done({ id, model, pinned: !off }, `Snapshot '${id}' ${off ? 'unpinned' : 'pinned'}`);
    return 0;
  },
});
