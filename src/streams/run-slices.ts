import type { RecordForm, Records } from '../core/records.ts';
import type { Run } from './cut.ts';

/** The records `from` to `to` (exclusive) of a run. */
export interface RunSlice {
  readonly run: Run;
  readonly from: number;
  readonly to: number;
}

export function sliceBytes({ run, from, to }: RunSlice): number {
  return run.bounds[to]! - run.bounds[from]!;
}

/** What is to be read next after the last record of a slice. */
export function sliceNext({ run, to }: RunSlice): number {
  return run.base + run.next[to - 1]!;
}

/** A slice as a run of its own, which shares the memory. */
export function sliceRun({ run, from, to }: RunSlice): Run {
  if (from === 0 && to === run.count) return run;
  const { bounds, next } = run;
  return { ...run, count: to - from, bounds: bounds.subarray(from, to + 1), next: next.subarray(from, to) };
}

/** What anything in a queue weighs, however little data it holds. */
export const ENTRY_BYTES = 256;

/** Memory that a run holds, its offsets included. */
export function runBytes(run: Run): number {
  return run.bounds[run.count]! - run.bounds[0]! + 12 * run.count + ENTRY_BYTES;
}

/** Slices as one batch: shares the run's memory when there is only one. */
export function joinSlices(form: RecordForm, slices: readonly RunSlice[]): Records {
  let count = 0;
  for (const { from, to } of slices) count += to - from;
  const parts = slices.map(({ run, from, to }) => run.data.subarray(run.bounds[from], run.bounds[to]));
  const data = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { form, count, data, lengths: form === 'json' ? null : lengthsOf(slices, count) };
}

function lengthsOf(slices: readonly RunSlice[], count: number): Uint32Array {
  const lengths = new Uint32Array(count);
  let at = 0;
  for (const { run, from, to } of slices) {
    for (let i = from; i < to; i++) {
      lengths[at] = run.bounds[i + 1]! - run.bounds[i]!;
      at += 1;
    }
  }
  return lengths;
}
