import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<id>', 'id of the snapshot, or its beginning'],
  ],
  examples: [{ line: 'fastscore snapshot remove tally k3v9qd2m', text: '' }],
  async run(cli, [model, id]) {
    await during(`Cannot remove snapshot '${id}'`, (await cli.client()).snapshots.remove(model, id));
    cli.out.done({ id, model, result: 'removed' }, `Snapshot '${id}' removed`);
    return 0;
  },
});
