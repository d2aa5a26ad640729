import { FastScoreError } from '../core/errors.ts';
import type { RecordForm } from '../core/records.ts';
import type { Batching } from './batching.ts';
import type { Run } from './cut.ts';
import type { ItemQueue, PositionOf } from './item-queue.ts';
import type { RunSlice } from './run-slices.ts';
import { ENTRY_BYTES, joinSlices, sliceBytes, sliceNext } from './run-slices.ts';
import type { ControlRecord, InputItem } from './types.ts';

/** Largest record set: it goes to a jet in one frame, which is at most 1 GiB. */
const RECORD_SET_LIMIT_BYTES = 900 * 1024 * 1024;

/** Calls back after some time. @returns what takes the call back */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

export interface RecordSetQueueOptions {
  readonly form: RecordForm;
  readonly batching: Batching;
  readonly positionOf: PositionOf;
  readonly setTimer: SetTimer;
  /** Called when a timer has made something takeable. */
  readonly onTimer: () => void;
}

/**
 * For slots with record sets: a batch is a record set, so it is exactly what `Batching` says. It ends at the first
 * of: Watermark records, NagleTime after its first record, a `set`, a `pig`, the end of the input.
 *
 * A `set` with no record since the last `set` or `pig` closes an empty record set and is handed on as it is.
 * After a record set that a limit has closed, the sender's `set` closes nothing more.
 */
export class RecordSetQueue implements ItemQueue {
  readonly #options: RecordSetQueueOptions;
  readonly #watermark: number;
  readonly #ready: { readonly item: InputItem; readonly bytes: number }[] = [];
  #bytes = 0;
  #open: RunSlice[] = [];
  #openCount = 0;
  #openBytes = 0;
  #cancelTimer: (() => void) | null = null;
  /** Whether a record has come since the last `set` or `pig`. */
  #filled = false;

  constructor(options: RecordSetQueueOptions) {
    this.#options = options;
    this.#watermark = options.batching.watermark ?? Number.POSITIVE_INFINITY;
  }

  get takeable(): boolean {
    return this.#ready.length > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  addRun(run: Run): void {
    let from = 0;
    while (from < run.count) {
      const to = Math.min(run.count, from + this.#watermark - this.#openCount);
      this.#extend({ run, from, to });
      if (this.#openCount >= this.#watermark) this.#close(null);
      from = to;
    }
  }

  addControl(control: ControlRecord, next: number): void {
    const filled = this.#filled;
    this.#close(control.kind === 'set' ? next : null);
    this.#filled = false;
    if (control.kind === 'set' && filled) return;
    this.#add({ kind: 'control', control, position: this.#options.positionOf(next) }, ENTRY_BYTES);
  }

  addLoop(): void {
    this.#close(null);
  }

  addEof(control: ControlRecord | null): void {
    this.#close(null);
    this.#add({ kind: 'eof', control }, 0);
  }

  settle(): void {
    if (this.#options.batching.nagleTimeMs === 0) this.#close(null);
  }

  take(): InputItem | undefined {
    const first = this.#ready.shift();
    if (first === undefined) return undefined;
    this.#bytes -= first.bytes;
    return first.item;
  }

  close(): void {
    this.#clearTimer();
    this.#ready.length = 0;
    this.#open = [];
    this.#bytes = 0;
  }

  #extend(slice: RunSlice): void {
    this.#filled = true;
    this.#open.push(slice);
    this.#openCount += slice.to - slice.from;
    this.#openBytes += sliceBytes(slice);
    if (this.#openBytes > RECORD_SET_LIMIT_BYTES) {
      throw new FastScoreError('STREAM_FAILED', `record set is larger than ${RECORD_SET_LIMIT_BYTES} bytes`, {
        hint: 'Set a Watermark in Batching, or send set control records more often',
      });
    }
    const { nagleTimeMs } = this.#options.batching;
    if (this.#cancelTimer !== null || nagleTimeMs === null || nagleTimeMs === 0) return;
    this.#cancelTimer = this.#options.setTimer(() => {
      this.#close(null);
      this.#options.onTimer();
    }, nagleTimeMs);
  }

  /** @param next what is to be read next when a control record has closed the set, else what follows its last record */
  #close(next: number | null): void {
    this.#clearTimer();
    const last = this.#open.at(-1);
    if (last === undefined) return;
    const { form, positionOf } = this.#options;
    const records = joinSlices(form, this.#open);
    this.#add({ kind: 'batch', records, position: positionOf(next ?? sliceNext(last)) }, this.#openBytes);
    this.#open = [];
    this.#openCount = 0;
    this.#openBytes = 0;
  }

  #add(item: InputItem, bytes: number): void {
    this.#ready.push({ item, bytes });
    this.#bytes += bytes;
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
