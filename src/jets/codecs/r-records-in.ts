import { isAscii, isUtf8 } from 'node:buffer';
import type { Records } from '../../core/records.ts';
import { REJECT_TEXT_LIMIT, splitRecords } from '../../core/records.ts';
import { hasRiskyEscape, parseJson, writeJson } from './r-serialize/json-text.ts';
import { assertText, isBytes, UnfitValueError } from './r-serialize/unfit-value.ts';
import type { RValueWriter } from './r-serialize/value-writer.ts';

/** What became of the records of a batch. */
export interface DeliveredRecords {
  /** Number of records that R gets. */
  readonly count: number;
  /** Position in the batch of each record that R gets; null when it gets all. */
  readonly positions: readonly number[] | null;
  readonly leftOut: readonly LeftOutRecord[];
}

export interface LeftOutRecord {
  /** 0-based position in the batch. */
  readonly index: number;
  readonly text: string;
  readonly reason: string;
}

/**
 * Writes the records of a batch as one R value: a vector when all are scalars of one type, else a list; texts as a character
 * vector, bytes as a list of raw vectors. Records that R cannot have are left out.
 */
export function writeRecords(writer: RValueWriter, records: Records): DeliveredRecords {
  switch (records.form) {
    case 'json':
      return writeJsonRecords(writer, records);
    case 'text':
      return writeTexts(writer, records);
    case 'bytes':
      writer.list(records.count);
      for (const record of splitRecords(records)) writer.raw(record);
      return { count: records.count, positions: null, leftOut: [] };
  }
}

function writeTexts(writer: RValueWriter, records: Records): DeliveredRecords {
  const ledger = new Ledger();
  const allFit = isUtf8(records.data) && !records.data.includes(0);
  const lengthAt = writer.stringVector(0);
  let index = 0;
  for (const record of splitRecords(records)) {
    if (allFit || (isUtf8(record) && !record.includes(0))) {
      writer.utf8(record);
      ledger.deliver(index);
    } else {
      ledger.leaveOut(index, record.toString(), isUtf8(record) ? 'R cannot hold a text with NUL' : 'not valid UTF-8');
    }
    index += 1;
  }
  writer.setLength(lengthAt, ledger.count);
  return ledger;
}

type Scalar = number | string | boolean;

function writeJsonRecords(writer: RValueWriter, { data, count }: Records): DeliveredRecords {
  const ledger = new Ledger();
  const textOf = recordTexts(data);
  const checkTexts = hasRiskyEscape(data);
  const writing = { listsOfOne: false, checkTexts, rawTexts: true, prefixedKeys: false };
  // As long as all are scalars of one type they wait here; then `lengthAt` is where the length of the list stands.
  const scalars: Scalar[] = [];
  let lengthAt = -1;
  let start = 0;
  for (let index = 0; index < count; index++) {
    let value: unknown = plainInteger(data, start);
    let end = numberEnd;
    let text = '';
    try {
      if (value === undefined) {
        end = data.indexOf(NEWLINE, start);
        text = textOf(start, end);
        value = parseJson(text);
        if (checkTexts && typeof value === 'string' && !isBytes(value)) assertText(value);
      }
      if (lengthAt < 0) {
        if (
          isScalar(value) &&
          !(checkTexts && isBytes(value)) &&
          (scalars.length === 0 || typeof value === typeof scalars[0])
        ) {
          scalars.push(value);
        } else {
          lengthAt = writer.list(0);
          for (const scalar of scalars) writer.scalar(scalar);
        }
      }
      if (lengthAt >= 0) writeJson(writer, text, value, writing);
      ledger.deliver(index);
    } catch (error) {
      if (!(error instanceof UnfitValueError)) throw error;
      ledger.leaveOut(index, data.toString('utf8', start, end), error.message);
    }
    start = end + 1;
  }
  if (lengthAt >= 0) writer.setLength(lengthAt, ledger.count);
  else if (scalars.length === 0) writer.list(0);
  else writer.scalars(scalars);
  return ledger;
}

const NEWLINE = 10;
const MINUS = 45;
const DIGIT_0 = 48;
const DIGITS_EXACT = 15;

/** Where the number that {@link plainInteger} has read ends: a second result that costs no allocation per record. */
let numberEnd = 0;

/** The integer that makes up the whole line at `start`, or undefined: most streams of numbers are integers. */
function plainInteger(data: Buffer, start: number): number | undefined {
  const first = data[start] === MINUS ? start + 1 : start;
  const last = first + DIGITS_EXACT;
  let value = 0;
  let at = first;
  for (; at < last; at++) {
    const digit = (data[at] as number) - DIGIT_0;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  numberEnd = at;
  if (data[at] !== NEWLINE || at === first) return undefined;
  // 007 is not JSON, and -0 is not the integer 0.
  if (data[first] === DIGIT_0 && (at > first + 1 || first > start)) return undefined;
  return first > start ? -value : value;
}

/** Gives the text of the record between two positions. @throws UnfitValueError when it is not UTF-8 */
function recordTexts(data: Buffer): (start: number, end: number) => string {
  if (isAscii(data)) {
    let all = '';
    return (start, end) => {
      if (all === '') all = data.toString('latin1');
      return all.slice(start, end);
    };
  }
  const allUtf8 = isUtf8(data);
  return (start, end) => {
    if (!allUtf8 && !isUtf8(data.subarray(start, end))) throw new UnfitValueError('not valid UTF-8');
    return data.toString('utf8', start, end);
  };
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

/** Keeps track of which records are delivered. */
export class Ledger implements DeliveredRecords {
  count = 0;
  positions: number[] | null = null;
  readonly leftOut: LeftOutRecord[] = [];

  deliver(index: number): void {
    this.count += 1;
    this.positions?.push(index);
  }

  leaveOut(index: number, text: string, reason: string): void {
    this.positions ??= Array.from({ length: this.count }, (_, position) => position);
    this.leftOut.push({ index, text: text.slice(0, REJECT_TEXT_LIMIT), reason });
  }
}
