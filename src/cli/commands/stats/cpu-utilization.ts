import { defineCommand } from '../../command.ts';
import { followSensor } from '../../follow-sensor.ts';

export const command = defineCommand({
  about: 'Processor time of the instance that `fastscore use` has chosen, in percent of one, each second until Ctrl-C.',
  examples: [{ line: 'fastscore stats cpu-utilization --engine engine-1', text: '' }],
  async run(cli) {
    const instance = await cli.targetName({ forStats: true });
    return followSensor(cli, { instance, tap: 'sys.cpu.utilization' }, ({ timestamp, data }) => {
      const { kernel = 0, user = 0 } = data as { kernel?: number; user?: number };
      const text = `${instance}: kernel: ${kernel.toFixed(1)} user: ${user.toFixed(1)}`;
      cli.out.item({ timestamp, src: instance, kernel, user }, text);
    });
  },
});
