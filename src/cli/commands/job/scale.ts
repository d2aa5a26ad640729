import { defineCommand } from '../../command.ts';
import { SCALE_TIMEOUT, scaleJets } from '../../scale-jets.ts';

export const command = defineCommand({
  args: [['<jets>', 'how many processes run the model; 0 stops the processing until scaled up again']],
  options: { timeout: SCALE_TIMEOUT },
  about:
    'A running job is scaled without losing a record or an update of shared state. Before a run the number is for the next ' +
    'run, which is said on stderr; `fastscore engine reset` goes back to one jet.',
  examples: [{ line: 'fastscore job scale 4', text: '' }],
  async run(cli, [text], { timeout }) {
    const run = await scaleJets(cli, text, timeout);
    if (run === 'next') cli.out.note(`The next run has ${text} ${text === '1' ? 'jet' : 'jets'}`);
    return 0;
  },
});
