import { FastScoreError } from '../../core/errors.ts';
import type { Records } from '../../core/records.ts';
import { visitRecords } from '../../core/records.ts';
import type { Cut, Refused } from '../cut.ts';
import type { Fields } from '../fields.ts';
import type { Envelope, EnvelopeType, Splitter, SplitterOptions } from './envelope.ts';
import { HeldBytes } from './held-bytes.ts';
import { RECORD_LIMIT_BYTES } from './record-limit.ts';

/** Every record has the same size: written ones are cut off or padded with zero bytes. */
export const fixedType: EnvelopeType = {
  name: 'fixed',
  fields: ['Size'],
  parse: (fields) => createFixed(parseSize(fields)),
};

export function createFixed(size: number): Envelope {
  return {
    type: 'fixed',
    pads: true,
    hasHeader: false,
    createSplitter: (options) => new FixedSplitter(size, options),
    createJoiner: () => ({ preamble: null, wrap: (records) => wrap(records, size) }),
    internal: () => ({ size }),
  };
}

function parseSize(fields: Fields): number {
  const size = fields.required('Size', fields.integer('Size'));
  if (size <= 0) throw new FastScoreError('BAD_DESCRIPTOR', 'Envelope Size must be positive');
  if (size > RECORD_LIMIT_BYTES) {
    throw new FastScoreError('BAD_DESCRIPTOR', `Envelope Size must be at most ${RECORD_LIMIT_BYTES}`);
  }
  return size;
}

function wrap(records: Records, size: number): Buffer {
  const wrapped = Buffer.alloc(records.count * size);
  let at = 0;
  visitRecords(records, (start, end) => {
    records.data.copy(wrapped, at, start, Math.min(end, start + size));
    at += size;
  });
  return wrapped;
}

class FixedSplitter implements Splitter {
  readonly #size: number;
  readonly #trimPadding: boolean;
  readonly #held = new HeldBytes();
  /** Source offset of the first byte held, or else of the next byte pushed. */
  #base: number;

  constructor(size: number, { base, trimPadding }: SplitterOptions) {
    this.#size = size;
    this.#trimPadding = trimPadding;
    this.#base = base;
  }

  push(chunk: Buffer): Cut[] {
    if (this.#held.size + chunk.length < this.#size) {
      this.#held.add(chunk);
      return [];
    }
    const data = this.#held.takeWith(chunk);
    const count = Math.floor(data.length / this.#size);
    const starts = new Uint32Array(count + 1);
    for (let i = 1; i <= count; i++) starts[i] = i * this.#size;
    const next = starts.subarray(1);
    const cut: Cut = {
      kind: 'cut',
      data,
      count,
      starts,
      ends: this.#trimPadding ? next.map((end) => withoutPadding(data, end, end - this.#size)) : next,
      next,
      base: this.#base,
    };
    this.#held.add(data.subarray(starts[count]!));
    this.#base += starts[count]!;
    return [cut];
  }

  end(): Refused[] {
    const record = this.#held.takeWith(Buffer.alloc(0));
    if (record.length === 0) return [];
    return [{ kind: 'refused', record, reason: `record is too short: ${record.length} of ${this.#size} bytes` }];
  }
}

function withoutPadding(data: Buffer, end: number, start: number): number {
  let trimmed = end;
  while (trimmed > start && data[trimmed - 1] === 0) trimmed -= 1;
  return trimmed;
}
