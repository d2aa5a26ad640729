import { defineCommand } from '../../command.ts';
import { parseJets, parseSeconds } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<jets>', 'how many processes run the model; 0 stops the processing until scaled up again']],
  options: {
    timeout: [
      '--timeout <seconds>',
      'come back with an error when jets still start or leave after so long (default: 60)',
    ],
  },
  about:
    'A running model is scaled without losing a record or an update of shared state. Before a run the number is for the next ' +
    'run; `fastscore engine reset` goes back to one jet.',
  examples: [{ line: 'fastscore model scale 4', text: '' }],
  async run(cli, [text], { timeout }) {
    const waitMs = parseSeconds('--timeout', timeout);
    const jets = parseJets(text);
    const { engine } = await cli.client();
    const scaling = during('Unable to scale model', engine.scale(jets, waitMs));
    await cli.out.progress.while(() => `Scaling to ${jets} jets`, scaling);
    const { state, jets: running } = await engine.status();
    const isForNextRun = state === 'init' && running.length === 0;
    if (isForNextRun) cli.out.note(`The next run has ${jets} ${jets === 1 ? 'jet' : 'jets'}`);
    cli.out.done({ jets, result: 'scaled', run: isForNextRun ? 'next' : 'current' }, 'Model scale changed');
    return 0;
  },
});
