import { defineCommand } from '../../command.ts';
import { renderJobStatus } from '../../job-status.ts';

export const command = defineCommand({
  about: 'State, model, slots with their counts, jets, rejected records, the reason of a failure.',
  examples: [
    { line: 'fastscore job status', text: '' },
    { line: 'fastscore job status --json', text: 'all of it, for programs' },
  ],
  async run(cli) {
    const status = await (await cli.client()).engine.status();
    cli.out.result(status, renderJobStatus(status, { verbose: cli.out.verbose, colours: cli.out.colours }));
    return 0;
  },
});
