import type { JobStatistics } from '../api/shapes.ts';
import type { Engine } from '../engine/types.ts';
import type { Fleet } from './fleet.ts';

interface Count {
  readonly records: number;
  readonly bytes: number;
}

/** What was counted when an engine's statistics were reset. */
interface Baseline {
  readonly slots: ReadonlyMap<number, Count>;
  readonly jets: ReadonlyMap<number, { readonly in: number; readonly out: number }>;
}

const NOTHING: Baseline = { slots: new Map(), jets: new Map() };

/** What has gone through engines in their run, or in it since somebody began to count anew. */
export class Statistics {
  readonly #baselines = new Map<Engine, Baseline>();
  readonly #unsubscribe: (() => void)[];

  constructor(fleet: Fleet) {
    this.#unsubscribe = [...fleet.engines.values()].map((engine) =>
      engine.onMessage((message) => {
        // The next run begins at zero.
        if (message.type === 'engine-state' && message.state === 'init') this.#baselines.delete(engine);
      }),
    );
  }

  of(engine: Engine): JobStatistics {
    const { slots, jets } = engine.status();
    const before = this.#baselines.get(engine) ?? NOTHING;
    const sum = (parity: number): { count: number; size: number } => {
      const side = slots.filter(({ slot }) => slot % 2 === parity);
      const total = (of: (count: Count) => number): number =>
        side.reduce((so, slot) => so + of(slot) - of(before.slots.get(slot.slot) ?? { records: 0, bytes: 0 }), 0);
      return { count: total(({ records }) => records), size: total(({ bytes }) => bytes) };
    };
    return {
      input: sum(0),
      output: sum(1),
      jets: jets.map(({ number, pid, records, outputRecords }) => {
        const earlier = before.jets.get(pid) ?? { in: 0, out: 0 };
        return { number, pid, total_in: records - earlier.in, total_out: outputRecords - earlier.out };
      }),
    };
  }

  /** From now on counts anew; other counters, such as those of `job status`, stay. */
  reset(engine: Engine): void {
    const { slots, jets } = engine.status();
    this.#baselines.set(engine, {
      slots: new Map(slots.map(({ slot, records, bytes }) => [slot, { records, bytes }])),
      jets: new Map(jets.map(({ pid, records, outputRecords }) => [pid, { in: records, out: outputRecords }])),
    });
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }
}
