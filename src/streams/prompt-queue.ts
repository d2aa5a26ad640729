import type { FastScoreError } from '../core/errors.ts';
import type { RecordForm } from '../core/records.ts';
import type { Run } from './cut.ts';
import type { ItemQueue, PositionOf } from './item-queue.ts';
import type { RunSlice } from './run-slices.ts';
import { ENTRY_BYTES, joinSlices, runBytes, sliceBytes, sliceNext, sliceRun } from './run-slices.ts';
import type { ControlRecord, InputItem } from './types.ts';

/** A batch is not larger than this, unless a single record is. */
export const BATCH_BYTES = 1024 * 1024;

/** Small runs are copied together up to this size; a larger one is handed out as it lies in memory. */
const JOIN_BYTES = 64 * 1024;

export interface PromptQueueOptions {
  readonly form: RecordForm;
  readonly watermark: number | null;
  readonly positionOf: PositionOf;
}

type Entry =
  | { readonly kind: 'run'; readonly run: Run; taken: number }
  | { readonly kind: 'break' }
  | { readonly kind: 'control'; readonly control: ControlRecord; readonly next: number }
  | Extract<InputItem, { kind: 'eof' | 'failure' }>;

/**
 * For slots without record sets: what is there is handed over at once. Watermark bounds a batch, control records
 * end it, and nothing delays it.
 */
export class PromptQueue implements ItemQueue {
  readonly #form: RecordForm;
  readonly #watermark: number;
  readonly #positionOf: PositionOf;
  readonly #entries: Entry[] = [];
  #bytes = 0;

  constructor({ form, watermark, positionOf }: PromptQueueOptions) {
    this.#form = form;
    this.#watermark = watermark ?? Number.POSITIVE_INFINITY;
    this.#positionOf = positionOf;
  }

  get takeable(): boolean {
    return this.#entries.length > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  addRun(run: Run): void {
    this.#entries.push({ kind: 'run', run, taken: 0 });
    this.#bytes += runBytes(run);
  }

  addControl(control: ControlRecord, next: number): void {
    if (control.kind === 'set') {
      this.addLoop();
      return;
    }
    this.#entries.push({ kind: 'control', control, next });
    this.#bytes += ENTRY_BYTES;
  }

  addLoop(): void {
    if (this.#entries.at(-1)?.kind === 'run') this.#entries.push({ kind: 'break' });
  }

  addEof(control: ControlRecord | null): void {
    this.#entries.push({ kind: 'eof', control });
  }

  addFailure(error: FastScoreError): void {
    this.#entries.push({ kind: 'failure', error });
  }

  settle(): void {}

  take(limit: number): InputItem | undefined {
    const first = this.#entries[0];
    if (first === undefined) return undefined;
    if (first.kind === 'control' || first.kind === 'eof' || first.kind === 'failure') {
      this.#entries.shift();
      if (first.kind !== 'control') return first;
      this.#bytes -= ENTRY_BYTES;
      return { kind: 'control', control: first.control, position: this.#positionOf(first.next) };
    }
    const slices = this.#takeSlices(Math.max(1, Math.min(limit, this.#watermark)));
    if (this.#entries[0]?.kind === 'break') this.#entries.shift();
    const position = this.#positionOf(sliceNext(slices.at(-1)!));
    return { kind: 'batch', records: joinSlices(this.#form, slices), position };
  }

  moveTo(queue: ItemQueue): void {
    for (const entry of this.#entries) {
      if (entry.kind === 'run') queue.addRun(sliceRun({ run: entry.run, from: entry.taken, to: entry.run.count }));
      else if (entry.kind === 'break') queue.addLoop();
      else if (entry.kind === 'control') queue.addControl(entry.control, entry.next);
      else if (entry.kind === 'eof') queue.addEof(entry.control);
      else queue.addFailure(entry.error);
    }
    this.clear();
  }

  clear(): void {
    this.#entries.length = 0;
    this.#bytes = 0;
  }

  #takeSlices(most: number): RunSlice[] {
    const slices: RunSlice[] = [];
    let count = 0;
    let bytes = 0;
    let done = 0;
    for (const entry of this.#entries) {
      if (entry.kind !== 'run' || count >= most || (count > 0 && bytes >= JOIN_BYTES)) break;
      const { run, taken } = entry;
      const wanted = Math.min(run.count, taken + most - count);
      const to = recordsWithin(run, taken, { to: wanted, bytes: BATCH_BYTES - bytes, least: count === 0 ? 1 : 0 });
      if (to === taken) break;
      const slice = { run, from: taken, to };
      slices.push(slice);
      count += to - taken;
      bytes += sliceBytes(slice);
      entry.taken = to;
      if (to < run.count) break;
      this.#bytes -= runBytes(run);
      done += 1;
    }
    this.#entries.splice(0, done);
    return slices;
  }
}

/** End of the longest stretch from `from`, at most to `to`, that has at most `bytes` bytes. */
function recordsWithin(run: Run, from: number, most: { to: number; bytes: number; least: number }): number {
  const { bounds } = run;
  const end = bounds[from]! + most.bytes;
  if (bounds[most.to]! <= end) return most.to;
  let low = from;
  let high = most.to;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bounds[middle]! <= end) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, from + most.least);
}
