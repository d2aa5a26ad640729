import { FastScoreError } from '../core/errors.ts';
import type { RecordForm } from '../core/records.ts';
import type { Batching } from './batching.ts';
import type { Run } from './cut.ts';
import type { ItemQueue, PositionOf } from './item-queue.ts';
import type { RunSlice } from './run-slices.ts';
import { ENTRY_BYTES, joinSlices, sliceBytes, sliceNext, sliceRun } from './run-slices.ts';
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

/** What is ready to be taken; a record set is put together only then. */
type Entry =
  | {
      readonly kind: 'set';
      readonly slices: RunSlice[];
      readonly bytes: number;
      readonly next: number;
    }
  | { readonly kind: 'control'; readonly control: ControlRecord; readonly next: number }
  | Extract<InputItem, { kind: 'eof' | 'failure' }>;

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
  readonly #ready: Entry[] = [];
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
    this.#ready.push({ kind: 'control', control, next });
    this.#bytes += ENTRY_BYTES;
  }

  addLoop(): void {
    this.#close(null);
  }

  addEof(control: ControlRecord | null): void {
    this.#close(null);
    this.#ready.push({ kind: 'eof', control });
  }

  addFailure(error: FastScoreError): void {
    this.#close(null);
    this.#ready.push({ kind: 'failure', error });
  }

  settle(): void {
    if (this.#options.batching.nagleTimeMs === 0) this.#close(null);
  }

  take(): InputItem | undefined {
    const first = this.#ready.shift();
    if (first === undefined || first.kind === 'eof' || first.kind === 'failure') return first;
    const { form, positionOf } = this.#options;
    if (first.kind === 'control') {
      this.#bytes -= ENTRY_BYTES;
      return { kind: 'control', control: first.control, position: positionOf(first.next) };
    }
    this.#bytes -= first.bytes;
    return { kind: 'batch', records: joinSlices(form, first.slices), position: positionOf(first.next) };
  }

  moveTo(queue: ItemQueue): void {
    for (const entry of this.#ready) {
      if (entry.kind === 'control') queue.addControl(entry.control, entry.next);
      else if (entry.kind === 'eof') queue.addEof(entry.control);
      else if (entry.kind === 'failure') queue.addFailure(entry.error);
      else {
        for (const slice of entry.slices) queue.addRun(sliceRun(slice));
        queue.addLoop();
      }
    }
    for (const slice of this.#open) queue.addRun(sliceRun(slice));
    this.clear();
  }

  clear(): void {
    this.#clearTimer();
    this.#filled = false;
    this.#ready.length = 0;
    this.#open = [];
    this.#openCount = 0;
    this.#openBytes = 0;
    this.#bytes = 0;
  }

  #extend(slice: RunSlice): void {
    this.#filled = true;
    this.#open.push(slice);
    this.#openCount += slice.to - slice.from;
    this.#openBytes += sliceBytes(slice);
    if (this.#openBytes > RECORD_SET_LIMIT_BYTES) {
      this.#open = [];
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
    this.#ready.push({ kind: 'set', slices: this.#open, bytes: this.#openBytes, next: next ?? sliceNext(last) });
    this.#bytes += this.#openBytes;
    this.#open = [];
    this.#openCount = 0;
    this.#openBytes = 0;
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
