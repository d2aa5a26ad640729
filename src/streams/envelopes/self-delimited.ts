import { FastScoreError } from '../../core/errors.ts';
import type { Cut, Refused } from '../cut.ts';
import type { Measure } from '../encodings/encoding.ts';
import type { Envelope, Splitter, SplitterOptions } from './envelope.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { REFUSED_BYTES } from './record-limit.ts';

/** No envelope around records that tell themselves where they end. */
export const selfDelimited: Envelope = {
  type: 'null',
  pads: false,
  hasHeader: false,
  createSplitter: (options) => new SelfDelimitedSplitter(options),
  createJoiner: () => ({ preamble: null, wrap: (records) => records.data }),
  internal: () => ({}),
};

class SelfDelimitedSplitter implements Splitter {
  readonly #measure: Measure;
  readonly #limit: number;
  readonly #held = new GrowingBytes();
  /** Source offset of the first byte held. */
  #base: number;

  constructor({ base, recordLimit, decoder }: SplitterOptions) {
    this.#measure = decoder.measure!;
    this.#measure.start(0);
    this.#limit = recordLimit;
    this.#base = base;
  }

  *push(chunk: Buffer): Generator<Cut> {
    this.#held.add(chunk);
    yield* this.#split(false);
  }

  *end(): Generator<Cut | Refused> {
    yield* this.#split(true);
    const rest = this.#held.data;
    if (rest.length > 0) yield refused(rest, 'the record is cut off at the end of the input');
  }

  *#split(isLast: boolean): Generator<Cut> {
    const { data } = this.#held;
    const measure = this.#measure;
    const starts = [0];
    let flaw: FastScoreError | null = null;
    for (let start = 0; start < data.length; measure.start(start)) {
      const isWhole = measure.advance(data, isLast);
      flaw = isWhole ? this.#flawOf(start, measure.at) : this.#flawAt(start, data.length);
      if (!isWhole || flaw !== null) break;
      start = measure.at;
      starts.push(start);
    }
    if (starts.length > 1) yield cut(data, starts, this.#base);
    if (flaw !== null) throw flaw;
    const kept = starts.at(-1)!;
    measure.rebase(kept);
    this.#held.keepFrom(kept);
    this.#base += kept;
  }

  /** Why a whole record cannot be used; null when it can. */
  #flawOf(start: number, end: number): FastScoreError | null {
    if (end === start) return failure('records of no size cannot be told apart without an envelope');
    return end - start > this.#limit ? tooLong(this.#base + start, this.#limit) : null;
  }

  /** Why a record is not whole, and never will be; null when more bytes may help. */
  #flawAt(start: number, end: number): FastScoreError | null {
    const { flaw } = this.#measure;
    const place = this.#base + start;
    if (flaw !== null) return failure(`the record at byte ${place} cannot be read (${flaw}), nor what follows it`);
    return end - start > this.#limit ? tooLong(place, this.#limit) : null;
  }
}

/** @param starts where each record begins and, last, where the next one would */
function cut(data: Buffer, starts: readonly number[], base: number): Cut {
  const offsets = Uint32Array.from(starts);
  const ends = offsets.subarray(1);
  return { kind: 'cut', data, count: ends.length, starts: offsets, ends, next: ends, base };
}

function refused(record: Buffer, reason: string): Refused {
  return { kind: 'refused', record: Buffer.from(record.subarray(0, REFUSED_BYTES)), reason };
}

function tooLong(at: number, limit: number): FastScoreError {
  return failure(`the record at byte ${at} is longer than ${limit} bytes, and what follows it cannot be found`);
}

function failure(message: string): FastScoreError {
  return new FastScoreError('STREAM_FAILED', message, {
    hint: 'Use an envelope, or a transport that keeps records apart',
  });
}
