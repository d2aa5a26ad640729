import type { ActiveSensorInfo } from '../api/sensors.ts';
import type { ActiveSensors } from '../client/active-sensors.ts';
import { FastScoreError } from '../core/errors.ts';
import { during } from './output/errors.ts';

/** @throws FastScoreError BAD_COUNT */
export function parseSensorId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new FastScoreError('BAD_COUNT', `Invalid sensor id '${text}'`, { hint: 'fastscore sensor inspect' });
}

/** @throws FastScoreError SENSOR_NOT_FOUND */
export async function findSensor(sensors: ActiveSensors, id: number): Promise<ActiveSensorInfo> {
  const listed = await during('Unable to retrieve active sensors', sensors.list());
  const found = listed.find((sensor) => sensor.id === id);
  if (found !== undefined) return found;
  throw new FastScoreError('SENSOR_NOT_FOUND', `Sensor id ${id} not found`, { hint: 'fastscore sensor inspect' });
}
