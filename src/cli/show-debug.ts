import { clockTime } from './clock-time.ts';
import type { Cli } from './context.ts';
import { printableText } from './output/printable.ts';
import { openTemporarySensors } from './temporary-sensors.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Shows each event at a tapping point of the engine, until Ctrl-C. */
export async function showDebug(cli: Cli, tap: string): Promise<number> {
  const sensors = await openTemporarySensors(cli, await cli.engineName());
  const show = async (): Promise<void> => {
    await sensors.install(tap, { aggregate: null, interval: 0 });
    for await (const { timestamp, data } of sensors.reports) {
      for (const text of [data].flat()) {
        const line = typeof text === 'string' ? text : JSON.stringify(text);
        cli.out.item({ timestamp, text: line }, `${clockTime(timestamp)}: ${printableText(line.trimEnd())}`);
      }
    }
  };
  return untilInterrupted(cli, show);
}
