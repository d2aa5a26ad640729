import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<sensor>', 'name of the sensor']],
  about: 'Sensors that were installed under this descriptor stay at work.',
  examples: [{ line: 'fastscore sensor remove mem', text: '' }],
  async run(cli, [name]) {
    await during(`Cannot remove sensor '${name}'`, (await cli.client()).sensors.remove(name));
    cli.out.done({ name, result: 'removed' }, 'Sensor removed');
    return 0;
  },
});
