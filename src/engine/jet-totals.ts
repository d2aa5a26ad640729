/** What the processes that had one number have done together, since the engine was made. */
export interface JetTotals {
  readonly number: number;
  readonly records: number;
  readonly bytes: number;
  readonly outputRecords: number;
  readonly outputBytes: number;
  readonly restarts: number;
  readonly busyMs: number;
  readonly waitedMs: number;
}

/** A process, and what it has done. */
export interface CountedJet {
  readonly number: number;
  readonly counts: Omit<JetTotals, 'number' | 'restarts'>;
}

/** Counts that go on when a jet is replaced, or when a run ends and all of them leave. */
export class JetLedger {
  readonly #gone = new Map<number, JetTotals>();

  /** The jet is gone; what it has done stays. */
  close(jet: CountedJet): void {
    this.#gone.set(jet.number, plus(this.#of(jet.number), jet));
  }

  /** The jet of this number had died, and another takes its place. */
  restarted(number: number): void {
    const totals = this.#of(number);
    this.#gone.set(number, { ...totals, restarts: totals.restarts + 1 });
  }

  /** In the order of their numbers. @param alive those that work now */
  totals(alive: readonly CountedJet[]): JetTotals[] {
    const all = new Map(this.#gone);
    for (const jet of alive) all.set(jet.number, plus(this.#of(jet.number), jet));
    return [...all.values()].sort((a, b) => a.number - b.number);
  }

  #of(number: number): JetTotals {
    return this.#gone.get(number) ?? { number, ...NOTHING };
  }
}

const NOTHING = { records: 0, bytes: 0, outputRecords: 0, outputBytes: 0, restarts: 0, busyMs: 0, waitedMs: 0 };

function plus(totals: JetTotals, { counts }: CountedJet): JetTotals {
  return {
    ...totals,
    records: totals.records + counts.records,
    bytes: totals.bytes + counts.bytes,
    outputRecords: totals.outputRecords + counts.outputRecords,
    outputBytes: totals.outputBytes + counts.outputBytes,
    busyMs: totals.busyMs + counts.busyMs,
    waitedMs: totals.waitedMs + counts.waitedMs,
  };
}
