import type { Fleet } from './fleet.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Pneumo } from './pneumo/pneumo.ts';
import type { FleetSensors } from './sensors/fleet-sensors.ts';

/** What the services of metrics, sensors and Pneumo need. */
export interface MonitoringContext {
  readonly fleet: Fleet;
  readonly metrics: Metrics;
  readonly pneumo: Pneumo;
  readonly sensors: FleetSensors;
}
