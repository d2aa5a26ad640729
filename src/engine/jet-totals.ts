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

/** What a process has done. */
export type JetCounts = Omit<JetTotals, 'restarts'>;

/** Counts that go on when a jet is replaced, or when a run ends and all of them leave. */
export class JetLedger {
  readonly #gone = new Map<number, JetTotals>();

  /** The jet is gone; what it has done stays. */
  close(jet: JetCounts): void {
    this.#gone.set(jet.number, plus(this.#of(jet.number), jet));
  }

  /** The jet of this number had died, and another takes its place. */
  restarted(number: number): void {
    const totals = this.#of(number);
    this.#gone.set(number, { ...totals, restarts: totals.restarts + 1 });
  }

  /** In the order of their numbers. @param alive those that work now */
  totals(alive: readonly JetCounts[]): JetTotals[] {
    const all = new Map(this.#gone);
    for (const jet of alive) all.set(jet.number, plus(this.#of(jet.number), jet));
    return [...all.values()].sort((a, b) => a.number - b.number);
  }

  #of(number: number): JetTotals {
    return this.#gone.get(number) ?? { number, ...NOTHING };
  }
}

const NOTHING = { records: 0, bytes: 0, outputRecords: 0, outputBytes: 0, restarts: 0, busyMs: 0, waitedMs: 0 };

function plus(totals: JetTotals, jet: JetCounts): JetTotals {
  return {
    ...totals,
    records: totals.records + jet.records,
    bytes: totals.bytes + jet.bytes,
    outputRecords: totals.outputRecords + jet.outputRecords,
    outputBytes: totals.outputBytes + jet.outputBytes,
    busyMs: totals.busyMs + jet.busyMs,
    waitedMs: totals.waitedMs + jet.waitedMs,
  };
}
