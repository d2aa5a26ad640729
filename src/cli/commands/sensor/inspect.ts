import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';
import { findSensor, parseSensorId } from '../../sensor-id.ts';

export const command = defineCommand({
  args: [['[id]', 'one sensor only']],
  about: 'The sensors installed at the instance that `fastscore use` has chosen.',
  examples: [
    { line: 'fastscore sensor inspect', text: 'ids and what they tap' },
    { line: 'fastscore sensor inspect 15', text: 'one' },
  ],
  async run(cli, [text]) {
    const id = text === undefined ? undefined : parseSensorId(text);
    const target = await cli.targetName();
    const sensors = (await cli.client()).activeSensors(target);
    if (id !== undefined) {
      const { tap } = await findSensor(sensors, id);
      cli.out.result({ id, tap }, `Sensor id ${id} is attached to '${tap}' at '${target}'.`);
      return 0;
    }
    const listed = await during('Unable to retrieve active sensors', sensors.list());
    cli.out.confirm(`Sensors installed at '${target}':`);
    const rows = listed.map((sensor) => [String(sensor.id), sensor.tap]);
    cli.out.result(listed, renderTable([{ title: 'Id', integer: true }, 'Tap'], rows));
    return 0;
  },
});
