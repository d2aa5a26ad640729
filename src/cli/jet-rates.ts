import type { TemporarySensors } from './temporary-sensors.ts';

export interface JetRate {
  readonly sandbox: string;
  /** Records per second; null before the first report. */
  readonly input: number | null;
  readonly output: number | null;
}

interface Followed {
  readonly ids: readonly [input: number, output: number];
  input: number | null;
  output: number | null;
}

/** How many records jets take and give, by two sensors for each. */
export class JetRates {
  readonly #sensors: TemporarySensors;
  readonly #jets = new Map<string, Followed>();

  constructor(sensors: TemporarySensors) {
    this.#sensors = sensors;
  }

  /** Taps the jets that are new, and leaves those that are gone. */
  async follow(sandboxes: readonly string[]): Promise<void> {
    for (const [sandbox, { ids }] of this.#jets) {
      if (sandboxes.includes(sandbox)) continue;
      this.#jets.delete(sandbox);
      for (const id of ids) await this.#sensors.uninstall(id);
    }
    for (const sandbox of sandboxes) {
      if (this.#jets.has(sandbox)) continue;
      const input = await this.#sensors.install(`jet.${sandbox}.input.records.count`);
      const output = await this.#sensors.install(`jet.${sandbox}.output.records.count`);
      this.#jets.set(sandbox, { ids: [input, output], input: null, output: null });
    }
  }

  /** Takes reports until there are no more. */
  async listen(): Promise<void> {
    for await (const { id, data, delta_time: seconds } of this.#sensors.reports) {
      const rate = Number(data) / (seconds || 1);
      for (const jet of this.#jets.values()) {
        if (jet.ids[0] === id) jet.input = rate;
        if (jet.ids[1] === id) jet.output = rate;
      }
    }
  }

  /** In the order in which the engine lists them. */
  current(): JetRate[] {
    return [...this.#jets].map(([sandbox, { input, output }]) => ({ sandbox, input, output }));
  }
}
