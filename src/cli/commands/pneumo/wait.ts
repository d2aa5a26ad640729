import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { parseSeconds } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { renderPneumo } from '../../pneumo-text.ts';

export const command = defineCommand({
  args: [['[kind]', 'kind of the message, such as engine-state or model-error']],
  options: { timeout: ['--timeout <seconds>', 'give up after so long, with exit status 7'] },
  about: 'Waits for the next message, or the next of a kind, and prints it.',
  examples: [{ line: 'fastscore pneumo wait model-error --timeout 60', text: '' }],
  async run(cli, [kind], { timeout }) {
    const timeoutMs = parseSeconds('--timeout', timeout);
    const { connect } = await cli.client();
    const subscription = await during('Unable to open Pneumo socket', connect.subscribe({ type: kind }));
    cli.defer(() => subscription.close());
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => subscription.close(), timeoutMs);
    cli.defer(() => clearTimeout(timer));
    for await (const message of subscription) {
      cli.out.result(message, renderPneumo(message, cli.out.colours));
      return 0;
    }
    throw new FastScoreError('TIMED_OUT', `No message has come within ${timeout} s`);
  },
});
