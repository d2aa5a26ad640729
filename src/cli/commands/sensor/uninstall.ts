import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { findSensor, parseSensorId } from '../../sensor-id.ts';

export const command = defineCommand({
  args: [['<id>', 'id of an installed sensor']],
  about: 'At the instance that `fastscore use` has chosen.',
  examples: [{ line: 'fastscore sensor uninstall 15', text: '' }],
  async run(cli, [text]) {
    const id = parseSensorId(text);
    const sensors = (await cli.client()).activeSensors(await cli.targetName());
    await findSensor(sensors, id);
    await during('Unable to uninstall sensor', sensors.uninstall(id));
    cli.out.done({ id, result: 'uninstalled' }, 'Sensor uninstalled');
    return 0;
  },
});
