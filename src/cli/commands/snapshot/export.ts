import { resolve } from 'node:path';
import { FastScoreError } from '../../../core/errors.ts';
import { writeFileAtomically } from '../../../util/atomic-file.ts';
import { describeSystemError } from '../../../util/system-error.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { findSnapshot } from '../../snapshot-id.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<id>', 'id of the snapshot, or its beginning, or latest'],
    ['[file]', 'file to write; stdout when left out or -'],
  ],
  about: 'The file is text: it can be read, compared and kept under version control.',
  examples: [
    { line: 'fastscore snapshot export tally latest tally.snapshot', text: 'to a file' },
    { line: 'fastscore snapshot export tally k3v | grep \'"cell"\'', text: 'just the cells' },
  ],
  async run(cli, [model, prefix, file]) {
    const client = await cli.client();
    const { id } = await findSnapshot(client, model, prefix);
    const contents = await during(`Cannot retrieve snapshot '${id}' contents`, client.snapshots.contents(model, id));
    if (file === undefined || file === '-') {
      for await (const chunk of contents) await cli.out.bytes(chunk as Buffer);
      return 0;
    }
    const writing = writeFileAtomically(resolve(cli.io.cwd, file), contents);
    const size = await cli.out.progress
      .while(() => `Writing ${file}`, writing)
      .catch((cause: unknown) => {
        if (cause instanceof FastScoreError) throw cause;
        throw new FastScoreError('FILE_UNREADABLE', `${file} cannot be written: ${describeSystemError(cause)}`, {
          cause,
        });
      });
    cli.out.done({ id, model, file, size, result: 'exported' }, `Snapshot '${id}' written to ${file}`);
    return 0;
  },
});
