interface Waiting {
  totalMs: number;
  since: number | null;
}

/** How long jets have waited for keys in all, and since when they do so now. */
export class Waits {
  readonly #jets = new Map<string, Waiting>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds. */
  of(jet: string): number {
    const { totalMs, since } = this.#jets.get(jet) ?? { totalMs: 0, since: null };
    return since === null ? totalMs : totalMs + this.#now() - since;
  }

  begin(jet: string): void {
    const waiting = this.#jets.get(jet) ?? { totalMs: 0, since: null };
    waiting.since ??= this.#now();
    this.#jets.set(jet, waiting);
  }

  end(jet: string): void {
    const waiting = this.#jets.get(jet);
    if (waiting === undefined) return;
    waiting.totalMs = this.of(jet);
    waiting.since = null;
  }

  forget(jet: string): void {
    this.#jets.delete(jet);
  }
}
