/**
 * What lies between a chunk of input and a batch, one object per chunk rather than per record:
 * an envelope makes a *cut* (where records begin and end), an encoding makes a *run* of it (the bytes as
 * `Records` wants them).
 */
import type { RecordForm } from '../core/records.ts';

export interface Cut {
  readonly kind: 'cut';
  readonly data: Buffer;
  readonly count: number;
  /** `count` + 1 offsets into `data`: where each record begins; the last is where the next one would. */
  readonly starts: Uint32Array;
  /** `count` offsets into `data`: where each record ends, its framing left out. */
  readonly ends: Uint32Array;
  /** Per record, what is to be read next after it, counted from `base` in bytes of the source or in records. */
  readonly next: Uint32Array;
  readonly base: number;
}

/** A record that could not be framed. */
export interface Refused {
  readonly kind: 'refused';
  /** The record or its beginning. */
  readonly record: Buffer;
  readonly reason: string;
  /** How many records it stands for; absent for one. */
  readonly records?: number;
}

export interface Run {
  readonly form: RecordForm;
  readonly data: Buffer;
  readonly count: number;
  /** `count` + 1 offsets into `data`: record i is `data[bounds[i], bounds[i + 1])`, for json with its newline. */
  readonly bounds: Uint32Array;
  /** As in {@link Cut}. */
  readonly next: Uint32Array;
  readonly base: number;
}

/** Whole records, as a boundary-keeping transport delivers them, as a cut. `base` counts records. */
export function cutRecords(records: readonly Buffer[], base: number): Cut {
  const count = records.length;
  const starts = new Uint32Array(count + 1);
  const next = new Uint32Array(count);
  let end = 0;
  for (let i = 0; i < count; i++) {
    end += records[i]!.length;
    starts[i + 1] = end;
    next[i] = i + 1;
  }
  const data = count === 1 ? records[0]! : Buffer.concat(records, end);
  return { kind: 'cut', data, count, starts, ends: starts.subarray(1), next, base };
}

/** The records `from` to `to` (exclusive) of a cut, end to end without their framing, less those that `keep` refuses. */
export function packCut(
  cut: Cut,
  from: number,
  to: number,
  options: { form: RecordForm; keep?: (index: number) => boolean },
): Run {
  const { form, keep } = options;
  const { starts, ends, base } = cut;
  if (keep === undefined && isContiguous(cut, from, to)) {
    const bounds = starts.subarray(from, to + 1);
    return { form, data: cut.data, count: to - from, bounds, next: cut.next.subarray(from, to), base };
  }
  const bounds = new Uint32Array(to - from + 1);
  const next = new Uint32Array(to - from);
  const data = Buffer.allocUnsafe(starts[to]! - starts[from]!);
  let count = 0;
  let size = 0;
  for (let i = from; i < to; i++) {
    if (keep !== undefined && !keep(i)) continue;
    size += cut.data.copy(data, size, starts[i]!, ends[i]!);
    next[count] = cut.next[i]!;
    count += 1;
    bounds[count] = size;
  }
  return {
    form,
    data: data.subarray(0, size),
    count,
    bounds: bounds.subarray(0, count + 1),
    next: next.subarray(0, count),
    base,
  };
}

function isContiguous({ starts, ends }: Cut, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (starts[i + 1] !== ends[i]) return false;
  return true;
}
