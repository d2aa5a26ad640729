import { release } from '../../util/release.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  about:
    'The same as `fastscore --version`. That of servers and engines is in `fastscore fleet -v` and `fastscore engine status -v`.',
  examples: [
    { line: 'fastscore version', text: '' },
    { line: 'fastscore version --json', text: 'for programs' },
  ],
  async run(cli) {
    cli.out.result({ version: release }, release);
    return 0;
  },
});
