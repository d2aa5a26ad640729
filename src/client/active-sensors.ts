import { pathOf } from '../api/paths.ts';
import type { ActiveSensorDetails, ActiveSensorInfo } from '../api/sensors.ts';
import type { Service } from './service.ts';

/** The sensors at work in one instance. They report to Pneumo, see `ConnectService.subscribe`. */
export class ActiveSensors {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Number and tap of each. */
  list(): Promise<ActiveSensorInfo[]> {
    return this.#service.get('/2/active/sensor');
  }

  /**
   * (2.0)
   * @param id its number
   * @throws FastScoreError SENSOR_NOT_FOUND
   */
  get(id: number): Promise<ActiveSensorDetails> {
    return this.#service.get(pathOf(2, 'active', 'sensor', id));
  }

  /**
   * Puts a sensor to work.
   * @param descriptor an object with at least a `Tap`
   * @returns the number under which it reports
   * @throws FastScoreError BAD_DESCRIPTOR
   */
  async install(descriptor: unknown): Promise<number> {
    const reply = await this.#service.post('/2/active/sensor', descriptor);
    return this.#service.parse<{ id: number }>(reply, '/2/active/sensor').id;
  }

  /**
   * @param id its number
   * @throws FastScoreError SENSOR_NOT_FOUND
   */
  uninstall(id: number): Promise<void> {
    return this.#service.delete(pathOf(2, 'active', 'sensor', id));
  }

  /** Names of taps, those of jets and slots that are there now. */
  points(): Promise<string[]> {
    return this.#service.get('/2/active/sensor/points');
  }
}
