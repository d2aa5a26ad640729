import { isUtf8 } from 'node:buffer';
import type { Records } from '../core/records.ts';
import { splitRecords } from '../core/records.ts';
import { compileCheck } from './compile-check.ts';
import { explainJson, explainMismatch } from './explain-mismatch.ts';
import { fitArrays } from './fit-arrays.ts';
import type { Walk } from './json-walk.ts';
import { skipSpace } from './json-walk.ts';
import type { SchemaType } from './schema-type.ts';

/** Why a record was refused. */
export interface RecordFlaw {
  /** `encoding` when it is not JSON at all. */
  readonly by: 'encoding' | 'schema';
  readonly reason: string;
}

/**
 * Called for a record that does not fit.
 * @param index its place among the records that are checked
 */
export type RefuseRecord = (record: Buffer, flaw: RecordFlaw, index: number) => void;

const NEWLINE = 10;

/** Schemas against which records are checked, made once and used for every batch. */
export class RecordCheck {
  readonly #types: readonly SchemaType[];
  readonly #checks: readonly Walk[];

  constructor(types: readonly SchemaType[]) {
    this.#types = types;
    this.#checks = types.map(compileCheck);
  }

  /**
   * The records that fit all schemas: `records` itself when all do.
   * @param options.haveScalars false for records of a language in which a scalar and an array of one element are the same: then those that
   *   do not fit are written as the schemas want them, if that is all
   */
  accept(records: Records, refuse: RefuseRecord, { haveScalars = true } = {}): Records {
    if (this.#types.length === 0 || records.count === 0) return records;
    if (records.form !== 'json') return this.#acceptOther(records, refuse);
    return this.#acceptJson(records, refuse, haveScalars);
  }

  /** @param line one JSON text and its newline; @returns null when it fits */
  flawOf(line: Buffer): RecordFlaw | null {
    const end = line.length - 1;
    if (!isUtf8(line)) return { by: 'encoding', reason: 'not valid UTF-8' };
    return this.#fits(line, 0, end) ? null : this.#explain(line, 0, end);
  }

  #acceptJson(records: Records, refuse: RefuseRecord, haveScalars: boolean): Records {
    const { data } = records;
    if (!isUtf8(data)) return this.#sieve(records, refuse, (start, end) => isUtf8(data.subarray(start, end)));
    for (let start = 0; start < data.length; ) {
      const end = data.indexOf(NEWLINE, start);
      if (!this.#fits(data, start, end)) {
        return this.#sieve(haveScalars ? records : this.#fitArrays(records), refuse, () => true);
      }
      start = end + 1;
    }
    return records;
  }

  #fitArrays({ form, count, data }: Records): Records {
    const parts: Buffer[] = [];
    for (let start = 0; start < data.length; ) {
      const end = data.indexOf(NEWLINE, start);
      let line = data.subarray(start, end + 1);
      for (const type of this.#fits(data, start, end) ? [] : this.#types) {
        const fitted = fitArrays(type, line, skipSpace(line, 0));
        if (fitted !== null) line = Buffer.from(`${fitted}\n`);
      }
      parts.push(line);
      start = end + 1;
    }
    return { form, count, data: Buffer.concat(parts), lengths: null };
  }

  /** Copies what fits. */
  #sieve({ data }: Records, refuse: RefuseRecord, isText: (start: number, end: number) => boolean): Records {
    const kept = Buffer.allocUnsafe(data.length);
    let size = 0;
    let count = 0;
    let index = 0;
    for (let start = 0; start < data.length; index++) {
      const end = data.indexOf(NEWLINE, start);
      if (!isText(start, end)) {
        refuse(data.subarray(start, end), { by: 'encoding', reason: 'not valid UTF-8' }, index);
      } else if (this.#fits(data, start, end)) {
        size += data.copy(kept, size, start, end + 1);
        count += 1;
      } else {
        refuse(data.subarray(start, end), this.#explain(data, start, end), index);
      }
      start = end + 1;
    }
    return { form: 'json', count, data: kept.subarray(0, size), lengths: null };
  }

  #fits(data: Buffer, start: number, end: number): boolean {
    const at = skipSpace(data, start);
    for (const check of this.#checks) {
      const behind = check(data, at);
      if (behind === -1 || skipSpace(data, behind) !== end) return false;
    }
    return true;
  }

  #explain(data: Buffer, start: number, end: number): RecordFlaw {
    const flaw = explainJson(data, start, end);
    if (flaw !== null) return { by: 'encoding', reason: flaw };
    const at = skipSpace(data, start);
    const index = this.#checks.findIndex((check) => check(data, at) === -1);
    return { by: 'schema', reason: explainMismatch(this.#types[index]!, data, at) };
  }

  /** Texts and bytes are what JSON strings are: bytes have one character per byte. */
  #acceptOther(records: Records, refuse: RefuseRecord): Records {
    const { form } = records;
    const plain = form === 'text' ? 'string' : 'bytes';
    if (this.#types.every(({ kind }) => kind === plain)) return records;
    const kept: Buffer[] = [];
    let index = 0;
    for (const record of splitRecords(records)) {
      const text = JSON.stringify(record.toString(form === 'text' ? 'utf8' : 'latin1'));
      const flaw = this.flawOf(Buffer.from(`${text}\n`));
      if (flaw === null) kept.push(record);
      else refuse(record, flaw, index);
      index += 1;
    }
    if (kept.length === records.count) return records;
    const lengths = Uint32Array.from(kept, (record) => record.length);
    return { form, count: kept.length, data: Buffer.concat(kept), lengths };
  }
}
