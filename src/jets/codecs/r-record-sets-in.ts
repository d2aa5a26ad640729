import type { Records } from '../../core/records.ts';
import { splitRecords } from '../../core/records.ts';
import type { DeliveredRecords } from './r-records-in.ts';
import { Ledger, writeRecords } from './r-records-in.ts';
import { hasRiskyEscape, parseJson, prefixKeys, writeJson } from './r-serialize/json-text.ts';
import { kindOf, LongInteger, parseWithLongs } from './r-serialize/long-integer.ts';
import { assertText, isBytes, UnfitValueError } from './r-serialize/unfit-value.ts';
import type { JsonWriting, RValueWriter } from './r-serialize/value-writer.ts';

/**
 * Writes a record set as what R makes a table of, by its first record:
 *
 * | first record | written |
 * | --- | --- |
 * | object | `list(kind = "frame", rows, columns)`, columns a named list in the order in which fields come up |
 * | array | `list(kind = "matrix", rows, values)`, values row by row |
 * | scalar | `list(kind = "column", values)` |
 * | none | `list(kind = "frame", rows = 0, columns = list())` |
 *
 * What is missing is NA. Records that are not like the first are left out.
 */
export function writeRecordSet(writer: RValueWriter, records: Records): DeliveredRecords {
  if (records.form !== 'json') {
    let delivered: DeliveredRecords | null = null;
    writer.fields({
      kind: records.count === 0 ? 'frame' : 'column',
      rows: records.count,
      columns: [],
      values: (to) => {
        delivered = writeRecords(to, records);
      },
    });
    return delivered!;
  }
  const ledger = new Ledger();
  const found = parseAll(records, ledger);
  const [first] = found;
  if (first === undefined || isObject(first.value)) writeFrame(writer, found, records.data);
  else if (Array.isArray(first.value)) {
    writer.fields({ kind: 'matrix', rows: found.length, values: valuesField(found.flatMap(elements)) });
  } else writer.fields({ kind: 'column', values: valuesField(found.map(whole)) });
  return ledger;
}

interface Parsed {
  readonly text: string;
  readonly value: unknown;
}

/** A value with the text that it is, or is in. */
type Cell = Parsed & { readonly isPart: boolean };

function parseAll(records: Records, ledger: Ledger): Parsed[] {
  const found: Parsed[] = [];
  let index = 0;
  for (const record of splitRecords(records)) {
    const text = record.toString('utf8');
    try {
      const value = parseJson(text);
      if (found[0] !== undefined) assertLike(found[0].value, value);
      assertTexts(value, hasRiskyEscape(text));
      found.push({ text, value });
      ledger.deliver(index);
    } catch (error) {
      if (!(error instanceof UnfitValueError)) throw error;
      ledger.leaveOut(index, text, error.message);
    }
    index += 1;
  }
  return found;
}

function assertLike(first: unknown, value: unknown): void {
  if (Array.isArray(first)) {
    if (!Array.isArray(value) || value.length !== first.length) throw unlike(`an array of ${first.length}`);
  } else if (isObject(first)) {
    if (!isObject(value)) throw unlike('an object');
  } else if (Array.isArray(value) || isObject(value)) throw unlike('a scalar');
}

const unlike = (what: string): UnfitValueError =>
  new UnfitValueError(`the first record of its set is ${what}, this one is not`);

function assertTexts(value: unknown, isRisky: boolean): void {
  if (!isRisky) return;
  if (typeof value === 'string') {
    if (!isBytes(value)) assertText(value);
  } else if (Array.isArray(value)) for (const item of value) assertTexts(item, isRisky);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      assertText(key);
      assertTexts(item, isRisky);
    }
  }
}

/** JavaScript puts keys that look like indexes first: a record with such keys is parsed again with all keys made longer. */
function writeFrame(writer: RValueWriter, found: readonly Parsed[], data: Buffer): void {
  const isRisky = /"\d[^"]*"\s*:/.test(data.toString('latin1'));
  const columns = new Map<string, unknown[]>();
  for (const [row, { text, value }] of found.entries()) {
    const object = (isRisky ? parseWithLongs(prefixKeys(text)) : value) as Record<string, unknown>;
    for (const [key, item] of Object.entries(object)) {
      const name = isRisky ? key.slice(1) : key;
      let column = columns.get(name);
      if (column === undefined) {
        column = new Array(found.length).fill(null);
        columns.set(name, column);
      }
      column[row] = item;
    }
  }
  const writing: JsonWriting = { listsOfOne: false, checkTexts: true, rawTexts: true, prefixedKeys: isRisky };
  writer.fields({
    kind: 'frame',
    rows: found.length,
    names: [...columns.keys()],
    columns: [...columns.values()].map((values) => (to: RValueWriter) => writeColumn(to, values, writing)),
  });
}

/** A vector when all that is there is of one type, else a list. */
function writeColumn(writer: RValueWriter, values: readonly unknown[], writing: JsonWriting): void {
  const kinds = new Set(values.filter((value) => value !== null).map(kindOf));
  const [kind = 'boolean'] = kinds;
  if (kinds.size <= 1 && kind === 'number') writer.doubles(values);
  else if (kinds.size <= 1 && kind === 'string' && !values.some(isBytes)) writer.strings(values);
  else if (kinds.size <= 1 && kind === 'boolean') writer.logicals(values);
  else {
    writer.list(values.length);
    for (const value of values) writer.json(value, writing);
  }
}

function valuesField(cells: readonly Cell[]): (writer: RValueWriter) => void {
  const isFlat = cells.every(({ value }) => !isObject(value) && !Array.isArray(value));
  const writing: JsonWriting = { listsOfOne: false, checkTexts: true, rawTexts: true, prefixedKeys: false };
  return (writer) => {
    if (isFlat) {
      writeColumn(
        writer,
        cells.map(({ value }) => value),
        writing,
      );
      return;
    }
    writer.list(cells.length);
    for (const { text, value, isPart } of cells) {
      writeJson(writer, isPart ? JSON.stringify(value) : text, value, writing);
    }
  };
}

const elements = ({ text, value }: Parsed): Cell[] =>
  (value as unknown[]).map((item) => ({ text, value: item, isPart: true }));

const whole = ({ text, value }: Parsed): Cell => ({ text, value, isPart: false });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongInteger);
