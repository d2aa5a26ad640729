import type { SensorData } from '../../api/pneumo.ts';
import { FastScoreError } from '../../core/errors.ts';
import { nearestName } from '../../util/nearest-name.ts';
import type { SensorPlan } from './plan.ts';
import { parseSensor } from './plan.ts';
import { Sensor } from './sensor.ts';
import type { Tap } from './tap.ts';

/** Where sensors of an instance can be. */
export interface TapSource {
  find(name: string): Tap | null;
  /** The names that mean something now. */
  points(): string[];
}

export interface InstalledSensor {
  readonly id: number;
  readonly tap: string;
  readonly descriptor: unknown;
  readonly isPermanent: boolean;
}

export interface SensorReport {
  readonly id: number;
  readonly tap: string;
  readonly data: SensorData;
  readonly deltaS: number;
  /** Where it is to go, as the sensor says; null: to Pneumo. */
  readonly sink: SensorPlan['sink'];
}

/** Where reports go. */
export interface Outlet {
  /** @throws FastScoreError BAD_DESCRIPTOR when nothing gets there */
  check(sink: SensorReport['sink']): void;
  tell(report: SensorReport): void;
}

interface Entry extends InstalledSensor {
  readonly sensor: Sensor;
  readonly subject: string | null;
}

/** Beyond these somebody forgets to take them away. */
const MOST_SENSORS = 1000;

/**
 * The sensors of one instance. They stay until they are uninstalled, also when what they look at is gone: clients take
 * them away by number, and end with an error when it is not there any more.
 */
export class InstanceSensors {
  readonly #entries = new Map<number, Entry>();
  readonly #source: TapSource;
  readonly #outlet: Outlet;
  #lastId = 0;

  constructor(source: TapSource, outlet: Outlet) {
    this.#source = source;
    this.#outlet = outlet;
  }

  /** @throws FastScoreError BAD_DESCRIPTOR */
  install(descriptor: unknown): number {
    if (this.#entries.size >= MOST_SENSORS) {
      throw new FastScoreError('BAD_COUNT', `There are ${MOST_SENSORS} sensors here: uninstall some first`, {
        hint: 'fastscore sensor uninstall ID',
      });
    }
    return this.#add(descriptor, { isPreinstalled: false });
  }

  /** Installs what every client may count on. */
  preinstall(descriptor: unknown): void {
    this.#add(descriptor, { isPreinstalled: true });
  }

  list(): InstalledSensor[] {
    return [...this.#entries.values()].map(publicPart);
  }

  /** @throws FastScoreError SENSOR_NOT_FOUND */
  get(id: number): InstalledSensor {
    return publicPart(this.#entry(id));
  }

  /** @throws FastScoreError SENSOR_NOT_FOUND */
  uninstall(id: number): void {
    this.#entry(id).sensor.stop();
    this.#entries.delete(id);
  }

  points(): string[] {
    return this.#source.points();
  }

  /** Lets sensors report what they have about something that is about to go. */
  flush(subject: string): void {
    for (const entry of this.#entries.values()) if (entry.subject === subject) entry.sensor.flush();
  }

  close(): void {
    for (const { sensor } of this.#entries.values()) sensor.stop();
    this.#entries.clear();
  }

  #add(descriptor: unknown, { isPreinstalled }: { readonly isPreinstalled: boolean }): number {
    const plan = parseSensor(descriptor);
    const { sink } = plan;
    this.#outlet.check(sink);
    const tap = this.#tapOf(plan);
    this.#lastId += 1;
    const id = this.#lastId;
    const onReport = (data: SensorData, deltaS: number): void =>
      this.#outlet.tell({ id, tap: plan.tap, data, deltaS, sink });
    const sensor = new Sensor({ plan, tap, onReport, restful: isPreinstalled });
    const isPermanent = plan.activation.type === 'permanent';
    this.#entries.set(id, { id, tap: plan.tap, descriptor, isPermanent, sensor, subject: tap.subject });
    return id;
  }

  #tapOf({ tap: name, filter }: SensorPlan): Tap {
    const tap = this.#source.find(name);
    if (tap === null) {
      const near = nearestName(name, this.#source.points());
      throw new FastScoreError('BAD_DESCRIPTOR', `There is no tapping point '${name.slice(0, 200)}' here`, {
        hint: near === undefined ? 'See `fastscore sensor points`' : `Did you mean '${near}'?`,
      });
    }
    if (filter === null || tap.gives === 'numbers') return tap;
    throw new FastScoreError('BAD_DESCRIPTOR', `Tapping point '${name}' gives ${tap.gives}, a Filter needs numbers`);
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new FastScoreError('SENSOR_NOT_FOUND', `Sensor id ${id} not found`);
  }
}

function publicPart({ id, tap, descriptor, isPermanent }: Entry): InstalledSensor {
  return { id, tap, descriptor, isPermanent };
}
