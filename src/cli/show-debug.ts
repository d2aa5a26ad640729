import { clockTime } from './clock-time.ts';
import type { Cli } from './command.ts';
import { followSensor } from './follow-sensor.ts';
import { printableText } from './output/printable.ts';

/** Shows each event at a tapping point of the engine, until Ctrl-C. */
export async function showDebug(cli: Cli, tap: string): Promise<number> {
  const instance = await cli.engineName();
  return followSensor(cli, { instance, tap, aggregate: null, interval: 0 }, ({ timestamp, data }) => {
    for (const text of [data].flat()) {
      const line = typeof text === 'string' ? text : JSON.stringify(text);
      cli.out.item({ timestamp, text: line }, `${clockTime(timestamp)}: ${printableText(line.trimEnd())}`);
    }
  });
}
