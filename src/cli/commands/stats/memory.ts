import { defineCommand } from '../../command.ts';
import { followSensor } from '../../follow-sensor.ts';

const MEBIBYTE = 1024 * 1024;

export const command = defineCommand({
  about: 'Memory of the instance that `fastscore use` has chosen, each second until Ctrl-C.',
  examples: [{ line: 'fastscore stats memory --engine engine-1', text: '' }],
  async run(cli) {
    const instance = await cli.targetName({ forStats: true });
    return followSensor(cli, { instance, tap: 'sys.memory', aggregate: null }, ({ timestamp, data }) => {
      const bytes = lastOf(data);
      cli.out.item({ timestamp, src: instance, bytes }, `${instance}: ${(bytes / MEBIBYTE).toFixed(1)}mb`);
    });
  },
});

/** One number, or the numbers since the last report. */
const lastOf = (data: unknown): number => Number(Array.isArray(data) ? data.at(-1) : data);
