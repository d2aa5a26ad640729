import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { parseCount } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  options: { keep: ['--keep <n>', 'so many of the newest ones stay; pinned ones stay and do not count'] },
  about: 'Prints the ids of those that are gone.',
  examples: [{ line: 'fastscore snapshot prune tally --keep 10', text: '' }],
  async run(cli, [model], options) {
    const keep = parseCount('--keep', options.keep);
    if (keep === undefined) {
      throw new FastScoreError('BAD_INPUT', 'Say how many snapshots stay', {
        hint: `fastscore snapshot prune ${model} --keep 10`,
      });
    }
    const removed = await during('Cannot prune snapshots', (await cli.client()).snapshots.prune(model, keep));
    const ids = removed.map(({ id }) => id);
    cli.out.result({ model, kept: keep, removed: ids }, ids.join('\n'));
    return 0;
  },
});
