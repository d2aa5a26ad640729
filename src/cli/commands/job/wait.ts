import { defineCommand } from '../../command.ts';
import { Deadline } from '../../deadline.ts';
import { parseSeconds } from '../../numbers.ts';
import { FAIL_ON_REJECT_OPTION } from '../../run-stored-options.ts';
import { checkEnd, notStarted, waitForRun } from '../../wait-for-run.ts';

export const command = defineCommand({
  options: {
    timeout: ['--timeout <seconds>', 'give up waiting after so long, with exit status 7'],
    failOnReject: FAIL_ON_REJECT_OPTION,
  },
  about:
    'Waits for the end of the run, and ends with exit status 0 when it has finished, 8 when the model has failed (with its ' +
    'traceback), 6 when there is no run, or when it was stopped. A run that has ended already counts, as long as the ' +
    'engine is not reset.',
  examples: [
    { line: 'fastscore job wait', text: 'for as long as it takes' },
    { line: 'fastscore job wait --timeout 60 --fail-on-reject', text: 'for at most a minute; rejects are a failure' },
  ],
  async run(cli, _args, { timeout, failOnReject }) {
    const deadline = new Deadline(parseSeconds('--timeout', timeout));
    const client = await cli.client();
    const job = await client.engine.jobs.active();
    if (job === null) throw notStarted(await client.engine.status());
    const status = await waitForRun(cli, client, { job, deadline });
    checkEnd(cli, status, { failOnReject });
    cli.out.result({ model: job.model, state: status.state }, '');
    return 0;
  },
});
