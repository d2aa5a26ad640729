import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<sensor>', 'name of a stored sensor']],
  about:
    'Installs it at the instance that `fastscore use` has chosen, and prints the id under which it reports. ' +
    '`fastscore pneumo` shows the reports.',
  examples: [{ line: 'fastscore sensor install mem -v', text: '' }],
  async run(cli, [name]) {
    const target = await cli.targetName();
    const client = await cli.client();
    const descriptor = JSON.parse(await client.sensors.get(name)) as unknown;
    const id = await during('Unable to install sensor', client.activeSensors(target).install(descriptor));
    cli.out.result({ id }, cli.out.verbose ? `Sensor installed [${id}]` : String(id));
    return 0;
  },
});
