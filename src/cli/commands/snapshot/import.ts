import { Readable } from 'node:stream';
import { FastScoreError } from '../../../core/errors.ts';
import { readHeader } from '../../../core/snapshot/read.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['[file]', 'a snapshot file; stdin when left out or -'],
  ],
  options: {
    trust: ['--trust', 'accept Python and R objects: restoring them may run code, and will not be asked about again'],
  },
  about: 'The snapshot keeps its id. One that was cut or altered is refused.',
  examples: [{ line: 'fastscore snapshot import tally tally.snapshot -v', text: '' }],
  async run(cli, [model, file], { trust }) {
    const contents = await readInput(cli, file);
    if (contents.length === 0) {
      throw new FastScoreError('BAD_INPUT', `${file ?? 'stdin'} is empty, and no snapshot`, {
        hint: 'fastscore snapshot import MODEL FILE',
      });
    }
    const header = await readHeader(Readable.from([contents]));
    const { id } = header;
    await during(
      `Unable to import snapshot '${id}'`,
      (await cli.client()).snapshots.put(model, id, contents, { trust }),
    );
    if (header.model !== model) cli.out.warn(`the snapshot was taken of model '${header.model}'`);
    cli.out.done({ id, model, size: contents.length, result: 'imported' }, `Snapshot '${id}' imported`);
    return 0;
  },
});
