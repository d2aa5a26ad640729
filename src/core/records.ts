/**
 * Records as they travel through the engine: many at a time, in one buffer.
 *
 * - `json`: UTF-8 JSON texts, each followed by one newline byte, no blank lines, no newline inside a
 *   text; `lengths` is null. A text is not necessarily valid JSON: who decodes it reports what is not.
 * - `text` and `bytes`: record bytes end to end, `lengths` holds the size of each. `text` is UTF-8.
 */
export type RecordForm = 'json' | 'text' | 'bytes';

export interface Records {
  readonly form: RecordForm;
  readonly count: number;
  readonly data: Buffer;
  readonly lengths: Uint32Array | null;
}

/** A record that was dropped, with the reason in words. `text` is at most {@link REJECT_TEXT_LIMIT} characters. */
export interface Reject {
  readonly by: 'encoding' | 'schema';
  readonly slot: number;
  /** Sequence number of an input record (from 1); null for an output record. */
  readonly seqno: number | null;
  readonly text: string;
  readonly reason: string;
  /** How many records it stands for, which cannot be told apart; absent for one. */
  readonly records?: number;
}

export const REJECT_TEXT_LIMIT = 1000;

/** Records one behind the other, as one. All have the form of the first, which there has to be. */
export function joinRecords(parts: readonly Records[]): Records {
  const [first] = parts as [Records];
  if (parts.length === 1) return first;
  let count = 0;
  for (const part of parts) count += part.count;
  const data = Buffer.concat(parts.map((part) => part.data));
  if (first.lengths === null) return { ...first, count, data };
  const lengths = new Uint32Array(count);
  let at = 0;
  for (const part of parts) {
    lengths.set(part.lengths!, at);
    at += part.count;
  }
  return { ...first, count, data, lengths };
}

/** Each record by itself, as parts that share the memory of `records`. */
export function* eachRecord({ form, count, data, lengths }: Records): Generator<Records> {
  let start = 0;
  for (let i = 0; i < count; i++) {
    const end = lengths === null ? data.indexOf(10, start) + 1 : start + lengths[i]!;
    yield { form, count: 1, data: data.subarray(start, end), lengths: lengths?.subarray(i, i + 1) ?? null };
    start = end;
  }
}

/** The individual records of `records`, as sub-buffers that share its memory. */
export function* splitRecords(records: Records): Generator<Buffer> {
  const { data, lengths } = records;
  let start = 0;
  if (lengths !== null) {
    for (const length of lengths) {
      yield data.subarray(start, start + length);
      start += length;
    }
    return;
  }
  while (start < data.length) {
    const end = data.indexOf(10, start);
    if (end < 0) throw new RangeError('The last JSON text has no newline');
    yield data.subarray(start, end);
    start = end + 1;
  }
}

/** Calls `visit` with the bounds of each record in `records.data`, without the newline of json records. */
export function visitRecords(records: Records, visit: (start: number, end: number) => void): void {
  const { data, lengths } = records;
  let start = 0;
  if (lengths !== null) {
    for (const length of lengths) {
      visit(start, start + length);
      start += length;
    }
    return;
  }
  while (start < data.length) {
    const end = data.indexOf(10, start);
    visit(start, end);
    start = end + 1;
  }
}
