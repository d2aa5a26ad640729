import { FastScoreError } from '../../core/errors.ts';
import type { Records } from '../../core/records.ts';
import { visitRecords } from '../../core/records.ts';
import type { Cut, Refused } from '../cut.ts';
import type { Fields } from '../fields.ts';
import type { Envelope, EnvelopeType, Splitter, SplitterOptions } from './envelope.ts';
import { HeldBytes } from './held-bytes.ts';
import { REFUSED_BYTES, tooLong } from './record-limit.ts';

/** A separator follows every record; after the last one it may be missing. */
export const delimitedType: EnvelopeType = {
  name: 'delimited',
  fields: ['Separator', 'Seperator'],
  parse: (fields, warnings) => createDelimited(parseSeparator(fields, warnings) ?? '\n'),
};

export function createDelimited(separator: string): Envelope {
  const bytes = Buffer.from(separator, 'utf8');
  return {
    type: 'delimited',
    pads: false,
    hasHeader: false,
    createSplitter: (options) => new DelimitedSplitter(bytes, options),
    createJoiner: () => ({ preamble: null, wrap: (records) => wrapDelimited(records, bytes) }),
    internal: () => ({ separator }),
  };
}

/** `Seperator` is how old manuals spell it. @returns undefined when there is none */
export function parseSeparator(fields: Fields, warnings: string[]): string | undefined {
  const misspelt = fields.string('Seperator');
  const separator = fields.string('Separator') ?? misspelt;
  if (separator === undefined) return undefined;
  if (separator === '') throw new FastScoreError('BAD_DESCRIPTOR', 'Separator must not be empty');
  if (!/^(\\[nrt0\\])+$/.test(separator)) return separator;
  const meant = separator.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
  warnings.push(`Separator ${JSON.stringify(separator)} was read as ${JSON.stringify(meant)}`);
  return meant;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' };

const NEWLINE = 10;

/** A separator behind every record. */
export function wrapDelimited(records: Records, separator: Buffer): Buffer {
  const { data, count, form } = records;
  if (form === 'json' && separator.length === 1 && separator[0] === NEWLINE) return data;
  const content = form === 'json' ? data.length - count : data.length;
  const wrapped = Buffer.allocUnsafe(content + count * separator.length);
  let size = 0;
  visitRecords(records, (start, end) => {
    size += data.copy(wrapped, size, start, end);
    size += separator.copy(wrapped, size);
  });
  return wrapped;
}

/** Offsets of the cut being made, grown as needed; a splitter never waits, so all share it. */
let startsFound = new Uint32Array(4096);
let endsFound = new Uint32Array(4096);

class DelimitedSplitter implements Splitter {
  readonly #separator: Buffer;
  /** A single byte is searched for much faster as a number. */
  readonly #needle: Buffer | number;
  readonly #limit: number;
  readonly #held = new HeldBytes();
  /** Source offset of the first byte held, or else of the next byte pushed. */
  #base: number;
  /** True while the rest of a record that was refused as too long is passed over. */
  #skipping = false;

  constructor(separator: Buffer, { base, recordLimit }: SplitterOptions) {
    this.#separator = separator;
    this.#needle = separator.length === 1 ? separator[0]! : separator;
    this.#limit = recordLimit;
    this.#base = base;
  }

  push(chunk: Buffer): (Cut | Refused)[] {
    const found: (Cut | Refused)[] = [];
    if (!this.#completesRecord(chunk)) {
      this.#held.add(chunk);
      this.#boundHeld(found);
      return found;
    }
    const width = this.#separator.length;
    let from = Math.max(0, this.#held.size - width + 1);
    const data = this.#held.takeWith(chunk);
    let start = 0;
    if (this.#skipping) {
      start = data.indexOf(this.#needle, from) + width;
      from = start;
      this.#skipping = false;
    }
    let count = 0;
    for (;;) {
      const end = data.indexOf(this.#needle, from);
      if (end === -1) break;
      if (end - start > this.#limit) {
        if (count > 0) found.push(this.#cut(data, count, start));
        count = 0;
        found.push(tooLong(data.subarray(start, end), this.#limit));
      } else {
        if (count === startsFound.length) growFound();
        startsFound[count] = start;
        endsFound[count] = end;
        count += 1;
      }
      start = end + width;
      from = start;
    }
    if (count > 0) found.push(this.#cut(data, count, start));
    this.#held.add(data.subarray(start));
    this.#base += start;
    this.#boundHeld(found);
    return found;
  }

  /** What follows the last separator is a record unless it is empty: a separator at the end is harmless. */
  end(): (Cut | Refused)[] {
    const data = this.#held.takeWith(Buffer.alloc(0));
    if (this.#skipping || data.length === 0) return [];
    if (data.length > this.#limit) return [tooLong(data, this.#limit)];
    const ends = Uint32Array.of(data.length);
    return [
      { kind: 'cut', data, count: 1, starts: Uint32Array.of(0, data.length), ends, next: ends, base: this.#base },
    ];
  }

  #completesRecord(chunk: Buffer): boolean {
    if (chunk.indexOf(this.#needle) !== -1) return true;
    const width = this.#separator.length;
    if (width === 1 || this.#held.size === 0) return false;
    const seam = Buffer.concat([this.#held.last(width - 1), chunk.subarray(0, width - 1)]);
    return seam.indexOf(this.#separator) !== -1;
  }

  /** Gives up a record that has grown too long; its last bytes stay, they may begin a separator. */
  #boundHeld(found: (Cut | Refused)[]): void {
    const edge = this.#separator.length - 1;
    if (this.#held.size <= (this.#skipping ? edge : this.#limit + edge)) return;
    const certain = Math.min(REFUSED_BYTES, this.#held.size - edge);
    if (!this.#skipping) found.push(tooLong(this.#held.first(certain), this.#limit));
    this.#skipping = true;
    const kept = this.#held.last(edge);
    this.#base += this.#held.size - kept.length;
    this.#held.clear();
    this.#held.add(kept);
  }

  /** `next` is where the record after the last one begins. */
  #cut(data: Buffer, count: number, next: number): Cut {
    const starts = new Uint32Array(count + 1);
    starts.set(startsFound.subarray(0, count));
    starts[count] = next;
    return {
      kind: 'cut',
      data,
      count,
      starts,
      ends: endsFound.slice(0, count),
      next: starts.subarray(1),
      base: this.#base,
    };
  }
}

function growFound(): void {
  startsFound = grown(startsFound);
  endsFound = grown(endsFound);
}

function grown(offsets: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(offsets.length * 2);
  larger.set(offsets);
  return larger;
}
