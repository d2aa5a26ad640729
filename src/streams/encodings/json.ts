import { jsonControl } from '../control.ts';
import type { Cut, Run } from '../cut.ts';
import type { Encoding } from './encoding.ts';

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;

/** Records are JSON texts; whether one is valid finds out who decodes it. Blank records are skipped. */
export const json: Encoding = {
  name: 'json',
  form: 'json',
  writtenForm: 'json',
  skipsByteOrderMark: true,
  delimitsItself: false,
  schemaNeeded: null,
  trimsPadding: true,
  control: jsonControl,
  refusesSchema: () => null,
  internal: () => 'json',
  createDecoder: () => ({
    decode: (cut, from, to) => (isPlainLines(cut, from, to) ? linesOf(cut, from, to) : normalise(cut, from, to)),
    one: (record) => (isPlain(record) ? { form: 'json', count: 1, data: lineOf(record), lengths: null } : null),
  }),
  createEncoder: () => ({ encode: (records) => records }),
};

/** Whether a record is one line without white space around it. */
function isPlain(record: Buffer): boolean {
  const { length } = record;
  return length > 0 && record[0]! > SPACE && record[length - 1]! > SPACE && !record.includes(NEWLINE);
}

function lineOf(record: Buffer): Buffer {
  const line = Buffer.allocUnsafe(record.length + 1);
  record.copy(line);
  line[record.length] = NEWLINE;
  return line;
}

/** Whether the bytes of the cut can be used as they are: one line each, no blank one, no white space around it. */
function isPlainLines({ data, starts, ends }: Cut, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const end = ends[i]!;
    if (data[end] !== NEWLINE || starts[i + 1] !== end + 1) return false;
    if (data[starts[i]!]! <= SPACE || data[end - 1]! <= SPACE) return false;
  }
  return true;
}

function linesOf({ data, starts, next, base }: Cut, from: number, to: number): Run {
  const bounds = starts.subarray(from, to + 1);
  return { form: 'json', data, count: to - from, bounds, next: next.subarray(from, to), base };
}

/**
 * Copies the records, each on one line, white space around it removed. A newline inside becomes a tab: white space
 * between tokens just the same, and just as wrong inside of a string, so that an invalid record stays invalid.
 */
function normalise(cut: Cut, from: number, to: number): Run {
  const { starts, ends, base } = cut;
  const bounds = new Uint32Array(to - from + 1);
  const next = new Uint32Array(to - from);
  const data = Buffer.allocUnsafe(starts[to]! - starts[from]! + to - from);
  let count = 0;
  let size = 0;
  let newline = cut.data.indexOf(NEWLINE, starts[from]);
  for (let i = from; i < to; i++) {
    let start = starts[i]!;
    let end = ends[i]!;
    while (start < end && isWhiteSpace(cut.data[start]!)) start += 1;
    while (start < end && isWhiteSpace(cut.data[end - 1]!)) end -= 1;
    if (start === end) continue;
    const at = size;
    size += cut.data.copy(data, size, start, end);
    for (;;) {
      if (newline !== -1 && newline < start) newline = cut.data.indexOf(NEWLINE, start);
      if (newline === -1 || newline >= end) break;
      data[at + newline - start] = TAB;
      newline = cut.data.indexOf(NEWLINE, newline + 1);
    }
    data[size] = NEWLINE;
    size += 1;
    next[count] = cut.next[i]!;
    count += 1;
    bounds[count] = size;
  }
  return {
    form: 'json',
    data: data.subarray(0, size),
    count,
    bounds: bounds.subarray(0, count + 1),
    next: next.subarray(0, count),
    base,
  };
}

function isWhiteSpace(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}
