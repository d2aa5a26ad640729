import { defineCommand } from '../../command.ts';
import { openTemporarySensors } from '../../temporary-sensors.ts';
import { untilInterrupted } from '../../until-interrupted.ts';

const MEBIBYTE = 1024 * 1024;

export const command = defineCommand({
  about: 'Memory of the instance that `fastscore use` has chosen, each second until Ctrl-C.',
  examples: [{ line: 'fastscore stats memory --engine engine-1', text: '' }],
  async run(cli) {
    const target = await cli.targetName();
    const sensors = await openTemporarySensors(cli, target);
    const show = async (): Promise<void> => {
      await sensors.install('sys.memory', { aggregate: null });
      for await (const { timestamp, data } of sensors.reports) {
        const bytes = lastOf(data);
        cli.out.item({ timestamp, src: target, bytes }, `${target}: ${(bytes / MEBIBYTE).toFixed(1)}mb`);
      }
    };
    return untilInterrupted(cli, show);
  },
});

/** One number, or the numbers since the last report. */
const lastOf = (data: unknown): number => Number(Array.isArray(data) ? data.at(-1) : data);
