import { CONNECT_INSTANCE } from '../../api/paths.ts';
import { FastScoreError } from '../../core/errors.ts';
import { nearestName } from '../../util/nearest-name.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import { loadConnection, saveConnection } from '../connection-file.ts';
import { makeHome } from '../home.ts';
import { during } from '../output/errors.ts';

/** Under which name the choice of an instance of each service is kept. */
const PREFERENCES = { engine: 'engine', 'model-manage': 'modelManage' } as const;

export const command = defineCommand({
  args: [['[instance]', 'name of an engine, of a Model Manage, or connect; none: show what was chosen']],
  about: 'Commands that follow go to this engine; commands about sensors go to this instance.',
  examples: [
    { line: 'fastscore use engine-2 -v', text: '' },
    { line: 'fastscore use', text: 'what was chosen' },
  ],
  async run(cli, [instance]) {
    const saved = (await loadConnection(cli.home)) ?? {};
    if (instance === undefined) {
      const { target } = saved;
      const text = target === undefined ? 'Target instance not selected' : `Current target instance is '${target}'`;
      cli.out.result({ target: target ?? null }, cli.out.verbose ? text : (target ?? ''));
      return 0;
    }
    const service = await serviceOf(cli, instance);
    const preference = service === 'connect' ? {} : { [PREFERENCES[service]]: instance };
    await makeHome(cli.home);
    await saveConnection(cli.home, { ...saved, target: instance, ...preference });
    cli.out.done(
      { target: instance, service },
      `'${instance}' set as a preferred instance of '${service}'\nSubsequent commands to target '${instance}'`,
    );
    return 0;
  },
});

async function serviceOf(cli: Cli, instance: string): Promise<'connect' | 'engine' | 'model-manage'> {
  if (instance === CONNECT_INSTANCE) return 'connect';
  const { connect } = await cli.client();
  const entries = await during(`Cannot retrieve '${instance}' instance info`, connect.fleet());
  const entry = entries.find(({ name }) => name === instance);
  if (entry === undefined) {
    const near = nearestName(instance, [CONNECT_INSTANCE, ...entries.map(({ name }) => name)]);
    throw new FastScoreError('INSTANCE_NOT_FOUND', `Instance '${instance}' not found`, {
      hint: near === undefined ? 'fastscore fleet' : `fastscore use ${near}`,
    });
  }
  if (entry.health !== 'ok') {
    throw new FastScoreError('WRONG_STATE', `Instance '${instance}' is unhealthy`, { hint: 'fastscore fleet -v' });
  }
  return entry.api;
}
