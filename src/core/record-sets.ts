import type { RecordForm, Records } from './records.ts';

/** No records at all: an empty record set. */
export function emptyRecords(form: RecordForm): Records {
  return { form, count: 0, data: Buffer.alloc(0), lengths: form === 'json' ? null : new Uint32Array(0) };
}

/** Records as sets of so many each, which share their memory. */
export function* splitSets(records: Records, sizes: readonly number[]): Generator<Records> {
  const { form, data, lengths } = records;
  let record = 0;
  let start = 0;
  for (const count of sizes) {
    const end =
      lengths === null ? endOfLines(data, start, count) : start + sum(lengths.subarray(record, record + count));
    const part = lengths?.subarray(record, record + count) ?? null;
    yield { form, count, data: data.subarray(start, end), lengths: part };
    record += count;
    start = end;
  }
}

function endOfLines(data: Buffer, start: number, count: number): number {
  let end = start;
  for (let line = 0; line < count; line++) end = data.indexOf(10, end) + 1;
  return end;
}

function sum(lengths: Uint32Array): number {
  let total = 0;
  for (const length of lengths) total += length;
  return total;
}
