import { isUtf8 } from 'node:buffer';
import type { Records } from '../../core/records.ts';
import { visitRecords } from '../../core/records.ts';
import { ByteWriter } from '../../util/byte-writer.ts';
import type { Cut, Run } from '../cut.ts';
import { UnfitRecordError } from '../unfit-record.ts';
import type { Refuse } from './encoding.ts';

/**
 * Writes one record in its other form.
 * @throws UnfitRecordError when it has none
 */
export type WriteRecord = (data: Buffer, start: number, end: number, out: ByteWriter) => void;

const NEWLINE = 10;

/** The records `from` to `to` (exclusive) of a cut as lines of JSON; `write` makes one JSON text, without a newline in it. */
export function toJsonLines(
  cut: Cut,
  { from, to, refuse }: { from: number; to: number; refuse: Refuse },
  write: WriteRecord,
): Run {
  const rejects: [Buffer, string, number][] = [];
  const note: Refuse = (...reject) => rejects.push(reject);
  const run = transcode(cut, { from, to, refuse: note }, write);
  // One look at all of it is enough, nearly always: texts are between quotes, they cannot complete each other.
  if (isUtf8(run.data)) {
    for (const reject of rejects) refuse(...reject);
    return run;
  }
  return transcode(cut, { from, to, refuse }, (data, start, end, out) => {
    const before = out.size;
    write(data, start, end, out);
    if (!isUtf8(out.data.subarray(before))) throw new UnfitRecordError('not valid UTF-8');
  });
}

function transcode(
  cut: Cut,
  { from, to, refuse }: { from: number; to: number; refuse: Refuse },
  write: WriteRecord,
): Run {
  const { data, starts, ends, base } = cut;
  const out = new ByteWriter(2 * (starts[to]! - starts[from]!) + 16 * (to - from));
  const bounds = new Uint32Array(to - from + 1);
  const next = new Uint32Array(to - from);
  let count = 0;
  for (let i = from; i < to; i++) {
    const before = bounds[count]!;
    try {
      write(data, starts[i]!, ends[i]!, out);
    } catch (error) {
      out.truncate(before);
      refuse(data.subarray(starts[i], ends[i]), reasonOf(error), count);
      continue;
    }
    out.byte(NEWLINE);
    next[count] = cut.next[i]!;
    count += 1;
    bounds[count] = out.size;
  }
  return {
    form: 'json',
    data: out.data,
    count,
    bounds: bounds.subarray(0, count + 1),
    next: next.subarray(0, count),
    base,
  };
}

/** Records of JSON in the form that is written. */
export function fromJsonLines(records: Records, refuse: Refuse, write: WriteRecord): Records {
  const { data } = records;
  const out = new ByteWriter(data.length);
  const lengths = new Uint32Array(records.count);
  let count = 0;
  visitRecords(records, (start, end) => {
    const before = out.size;
    try {
      write(data, start, end, out);
    } catch (error) {
      out.truncate(before);
      refuse(data.subarray(start, end), reasonOf(error), count);
      return;
    }
    lengths[count] = out.size - before;
    count += 1;
  });
  return { form: 'bytes', count, data: out.data, lengths: lengths.subarray(0, count) };
}

function reasonOf(error: unknown): string {
  if (error instanceof UnfitRecordError) return error.message;
  throw error;
}
