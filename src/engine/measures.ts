import { Listeners } from '../util/listeners.ts';
import { JetLedger } from './jet-totals.ts';

/** Records that have passed a point together. Output records of a slot are those handed to its stream. */
export type Flow =
  | { readonly point: 'slot'; readonly slot: number; readonly records: number; readonly bytes: number }
  | {
      readonly point: 'jet';
      readonly sandbox: string;
      readonly side: 'input' | 'output';
      readonly records: number;
      readonly bytes: number;
    };

/** A step on the way of the records, in words. */
export interface Trace {
  /** null: no slot in particular. */
  readonly slot: number | null;
  readonly text: string;
}

/** Snapshots since the engine was made. */
export interface SnapshotCounts {
  readonly taken: number;
  readonly failed: number;
  /** How long records waited for snapshots to begin, in all, for the last one, and for the one that took longest. */
  readonly pauseMs: number;
  readonly lastPauseMs: number;
  readonly longestPauseMs: number;
  /** From the captured state to the durable file. */
  readonly writeMs: number;
  readonly lastWriteMs: number;
}

/** What an engine counts as it goes, and whom it tells: once per batch, never per record. */
export class Measures {
  readonly flows = new Listeners<Flow>();
  readonly traces = new Listeners<Trace>();
  readonly jets = new JetLedger();
  #snapshots: SnapshotCounts = {
    taken: 0,
    failed: 0,
    pauseMs: 0,
    lastPauseMs: 0,
    longestPauseMs: 0,
    writeMs: 0,
    lastWriteMs: 0,
  };

  get snapshots(): SnapshotCounts {
    return this.#snapshots;
  }

  /** @param text is asked for only when somebody listens */
  trace(slot: number | null, text: () => string): void {
    if (!this.traces.isEmpty) this.traces.tell({ slot, text: text() });
  }

  /** The flow of records has stood still for a snapshot. */
  paused(lastPauseMs: number): void {
    const { pauseMs, longestPauseMs } = this.#snapshots;
    this.#snapshots = {
      ...this.#snapshots,
      pauseMs: pauseMs + lastPauseMs,
      lastPauseMs,
      longestPauseMs: Math.max(longestPauseMs, lastPauseMs),
    };
  }

  /** Counts and times the writing of a snapshot. */
  async writing<T>(write: () => Promise<T>): Promise<T> {
    const since = performance.now();
    try {
      const written = await write();
      const lastWriteMs = performance.now() - since;
      const { taken, writeMs } = this.#snapshots;
      this.#snapshots = { ...this.#snapshots, taken: taken + 1, writeMs: writeMs + lastWriteMs, lastWriteMs };
      return written;
    } catch (error) {
      this.#snapshots = { ...this.#snapshots, failed: this.#snapshots.failed + 1 };
      throw error;
    }
  }
}
