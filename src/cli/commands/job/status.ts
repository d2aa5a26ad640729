import { defineCommand } from '../../command.ts';
import { renderJobStatus } from '../../job-status.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

export const command = defineCommand({
  options: { watch: WATCH_OPTION },
  about: 'State, model, slots with their counts, jets, rejected records, the reason of a failure.',
  examples: [
    { line: 'fastscore job status', text: '' },
    { line: 'fastscore job status --watch', text: 'each second, in place' },
    { line: 'fastscore job status --json', text: 'all of it, for programs' },
  ],
  async run(cli, _args, { watch }) {
    const { engine } = await cli.client();
    const { verbose, colours } = cli.out;
    return showFrame(cli, watch, async () => {
      const status = await engine.status();
      return { document: status, text: renderJobStatus(status, { verbose, colours }) };
    });
  },
});
