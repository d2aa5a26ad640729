import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  INIT: 'The engine waits for a model, or for a stream on each slot that the model uses.',
  RUNNING: 'Records flow from the input streams through the model to the output streams.',
  PIGGING: 'A pig travels from the inputs to the outputs; records flow again when it has arrived.',
  PAUSED: 'Nothing is processed until `fastscore engine unpause`.',
  FINISHING: 'All inputs are at their end; jets still work on what they have read.',
  FINISHED: 'All inputs and outputs are at their end.\nUse `fastscore engine reset` before the next run.',
  ERROR: 'The run has failed; `fastscore job status` tells why.\nUse `fastscore engine reset` to start over.',
};

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  options: { watch: WATCH_OPTION },
  examples: [
    { line: 'fastscore engine inspect', text: 'INIT, RUNNING, PAUSED, PIGGING, FINISHING, FINISHED or ERROR' },
    { line: 'fastscore engine inspect -v', text: 'and what that means' },
  ],
  async run(cli, [name], { watch }) {
    const { engine } = await cli.client(name);
    return showFrame(cli, watch, async () => {
      const state = (await during('Unable to determine engine state', engine.state())).toUpperCase();
      const shown = state === 'RUNNING' ? cli.out.colours.green(state) : state;
      const text = cli.out.verbose ? `The current engine state is ${shown}.\n\n${EXPLANATIONS[state] ?? ''}` : shown;
      return { document: { state }, text };
    });
  },
});
