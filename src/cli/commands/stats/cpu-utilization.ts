import { defineCommand } from '../../command.ts';
import { openTemporarySensors } from '../../temporary-sensors.ts';
import { untilInterrupted } from '../../until-interrupted.ts';

export const command = defineCommand({
  about: 'Processor time of the instance that `fastscore use` has chosen, in percent of one, each second until Ctrl-C.',
  examples: [{ line: 'fastscore stats cpu-utilization --engine engine-1', text: '' }],
  async run(cli) {
    const target = await cli.targetName();
    const sensors = await openTemporarySensors(cli, target);
    const show = async (): Promise<void> => {
      await sensors.install('sys.cpu.utilization');
      for await (const { timestamp, data } of sensors.reports) {
        const { kernel = 0, user = 0 } = data as { kernel?: number; user?: number };
        const text = `${target}: kernel: ${kernel.toFixed(1)} user: ${user.toFixed(1)}`;
        cli.out.item({ timestamp, src: target, kernel, user }, text);
      }
    };
    return untilInterrupted(cli, show);
  },
});
