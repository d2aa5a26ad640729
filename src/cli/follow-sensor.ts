import type { SensorReportMessage } from '../api/pneumo.ts';
import type { Cli } from './command.ts';
import type { SensorSettings } from './temporary-sensors.ts';
import { openTemporarySensors } from './temporary-sensors.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Shows each report of a sensor at an instance, until Ctrl-C. @returns the exit status */
export async function followSensor(
  cli: Cli,
  { instance, tap, ...settings }: SensorSettings & { readonly instance: string; readonly tap: string },
  show: (report: SensorReportMessage) => void,
): Promise<number> {
  const sensors = await openTemporarySensors(cli, instance);
  return untilInterrupted(cli, async () => {
    await sensors.install(tap, settings);
    for await (const report of sensors.reports) show(report);
  });
}
