import { defineCommand } from '../command.ts';
import { during } from '../output/errors.ts';
import { PNEUMO_FILTER } from '../pneumo-filter.ts';
import { renderPneumo } from '../pneumo-text.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export const command = defineCommand({
  options: PNEUMO_FILTER,
  about:
    'Shows what happens in the fleet, as it happens, until Ctrl-C: states, models, streams, jets, what models print, ' +
    'reports of sensors, errors. Times are UTC. With --json one document a line.',
  examples: [
    { line: 'fastscore pneumo', text: 'everything' },
    { line: 'fastscore pneumo --kind engine-state --json', text: 'one kind only, for programs' },
  ],
  async run(cli, _args, { source, kind }) {
    const { connect } = await cli.client();
    const subscription = await during('Unable to open Pneumo socket', connect.subscribe({ src: source, type: kind }));
    cli.defer(() => subscription.close());
    const show = async (): Promise<void> => {
      for await (const message of subscription) cli.out.item(message, renderPneumo(message, cli.out.colours));
    };
    return untilInterrupted(cli, show);
  },
});
