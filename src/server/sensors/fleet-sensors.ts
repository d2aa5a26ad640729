import { CONNECT_INSTANCE } from '../../api/paths.ts';
import type { Engine } from '../../engine/types.ts';
import { ownUsage, sumUsage, usageOf } from '../../util/process-usage.ts';
import type { Fleet } from '../fleet.ts';
import type { KafkaSink } from '../pneumo/kafka-sink.ts';
import type { Pneumo } from '../pneumo/pneumo.ts';
import { toldBy } from '../pneumo/pneumo.ts';
import { endingSubject, enginePoints, engineTap } from './engine-taps.ts';
import type { TapSource } from './instance-sensors.ts';
import { InstanceSensors } from './instance-sensors.ts';
import { systemTaps } from './system-taps.ts';
import type { SampleTap } from './tap.ts';

/** Clients of 1.10 believe that these report every two seconds. */
const PREINSTALLED_S = 2;
const PREINSTALLED = [1, 0].flatMap((slot) =>
  ['records.size', 'records.rejected.by.encoding', 'records.count', 'records.rejected.by.schema'].map((what) => ({
    Tap: `manifold.${slot}.${what}`,
    Activate: 'permanent',
    Aggregate: what.includes('rejected') ? { Type: 'accumulate', SampleSize: 100 } : 'sum',
    Report: { Interval: PREINSTALLED_S },
    Sink: 'pneumo',
  })),
);

/** The sensors of all instances; they report to Pneumo, or to a topic of Kafka. */
export class FleetSensors {
  readonly #instances = new Map<string, InstanceSensors>();
  readonly #unsubscribe: (() => void)[] = [];

  /** To be made before Pneumo follows the fleet: the last report about a jet comes before the message that it is gone. */
  constructor(fleet: Fleet, pneumo: Pneumo, kafka: KafkaSink) {
    const add = (name: string, source: TapSource): InstanceSensors => {
      const sensors = new InstanceSensors(source, {
        check: (sink) => sink !== null && kafka.assertConfigured(),
        tell({ id, tap, data, deltaS, sink }) {
          const fields = { type: 'sensor-report', id, tap, data, delta_time: deltaS, deltaTime: deltaS } as const;
          if (sink === null) pneumo.publish(name, fields);
          else kafka.write(sink, toldBy(fleet.shownName(name), fields));
        },
      });
      this.#instances.set(name, sensors);
      return sensors;
    };
    for (const name of [CONNECT_INSTANCE, fleet.modelManage]) add(name, sourceOf(systemTaps(ownUsage)));
    for (const [name, engine] of fleet.engines) {
      const sensors = add(name, engineSource(engine));
      for (const descriptor of PREINSTALLED) sensors.preinstall(descriptor);
      this.#unsubscribe.push(
        engine.onMessage((message) => {
          const subject = endingSubject(message);
          if (subject !== null) sensors.flush(subject);
        }),
      );
    }
  }

  /** @param name an instance's own */
  of(name: string): InstanceSensors {
    return this.#instances.get(name)!;
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    for (const sensors of this.#instances.values()) sensors.close();
  }
}

function sourceOf(taps: readonly SampleTap[]): TapSource {
  return {
    find: (name) => taps.find((tap) => tap.name === name) ?? null,
    points: () => taps.map(({ name }) => name),
  };
}

/** An engine uses this process and its jets. */
function engineSource(engine: Engine): TapSource {
  const system = sourceOf(
    systemTaps(() => sumUsage([ownUsage(), ...engine.status().jets.map(({ pid }) => usageOf(pid))])),
  );
  return {
    find: (name) => system.find(name) ?? engineTap(engine, name),
    points: () => [...system.points(), ...enginePoints(engine.status())],
  };
}
