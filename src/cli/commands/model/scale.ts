import { defineCommand } from '../../command.ts';
import { parseJets } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<jets>', 'how many processes run the model; 0 stops the processing until scaled up again']],
  about: 'A running model is scaled without losing a record or an update of shared state.',
  examples: [{ line: 'fastscore model scale 4', text: '' }],
  async run(cli, [text]) {
    const jets = parseJets(text);
    const scaling = during('Unable to scale model', (await cli.client()).engine.scale(jets));
    await cli.out.progress.while(() => `Scaling to ${jets} jets`, scaling);
    cli.out.done({ jets, result: 'scaled' }, 'Model scale changed');
    return 0;
  },
});
