import type { Records } from '../../core/records.ts';
import { visitRecords } from '../../core/records.ts';
import type { Cut, Refused } from '../cut.ts';
import type { Envelope, Splitter, SplitterOptions } from './envelope.ts';
import { HeldBytes } from './held-bytes.ts';
import { REFUSED_BYTES, tooLong } from './record-limit.ts';

/**
 * No envelope on a transport that does not keep record boundaries: everything up to the end of an input is one
 * record, and outputs are written end to end.
 */
export const unframed: Envelope = {
  type: 'null',
  pads: false,
  hasHeader: false,
  createSplitter: (options) => new WholeSplitter(options),
  createJoiner: () => ({ preamble: null, wrap }),
  internal: () => ({}),
};

function wrap(records: Records): Buffer {
  if (records.form !== 'json') return records.data;
  const wrapped = Buffer.allocUnsafe(records.data.length - records.count);
  let size = 0;
  visitRecords(records, (start, end) => {
    size += records.data.copy(wrapped, size, start, end);
  });
  return wrapped;
}

class WholeSplitter implements Splitter {
  readonly #limit: number;
  readonly #base: number;
  readonly #held = new HeldBytes();
  #refused = false;

  constructor({ base, recordLimit }: SplitterOptions) {
    this.#base = base;
    this.#limit = recordLimit;
  }

  push(chunk: Buffer): Refused[] {
    if (this.#refused) return [];
    this.#held.add(chunk);
    if (this.#held.size <= this.#limit) return [];
    const refusal = tooLong(this.#held.first(REFUSED_BYTES), this.#limit);
    this.#refused = true;
    this.#held.clear();
    return [refusal];
  }

  end(): Cut[] {
    const data = this.#held.takeWith(Buffer.alloc(0));
    if (data.length === 0) return [];
    const ends = Uint32Array.of(data.length);
    return [
      { kind: 'cut', data, count: 1, starts: Uint32Array.of(0, data.length), ends, next: ends, base: this.#base },
    ];
  }
}
