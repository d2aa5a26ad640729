import { defineCommand } from '../../command.ts';
import { SCALE_TIMEOUT, scaleJets } from '../../scale-jets.ts';

export const command = defineCommand({
  args: [['<jets>', 'how many processes run the model; 0 stops the processing until scaled up again']],
  options: { timeout: SCALE_TIMEOUT },
  about:
    'A running model is scaled without losing a record or an update of shared state. Before a run the number is for the next ' +
    'run; `fastscore engine reset` goes back to one jet.',
  examples: [{ line: 'fastscore model scale 4', text: '' }],
  async run(cli, [text], { timeout }) {
    await scaleJets(cli, text, timeout);
    return 0;
  },
});
