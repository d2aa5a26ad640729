import { defineCommand } from '../../command.ts';
import { findSnapshot } from '../../snapshot-id.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<id>', 'id of the snapshot, or its beginning, or latest'],
  ],
  examples: [{ line: 'fastscore snapshot show tally k3v', text: '' }],
  async run(cli, [model, prefix]) {
    const { id, created_on, type, size } = await findSnapshot(await cli.client(), model, prefix);
    cli.out.result(
      { id, created_on, stype: type, size },
      [`id:         ${id}`, `created-on: ${created_on}`, `stype:      ${type}`, `size:       ${size}`].join('\n'),
    );
    return 0;
  },
});
