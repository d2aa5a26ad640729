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

  push(chunk: Buffer): Cut[] {
    this.#held.add(chunk);
    return this.#split(false);
  }

  end(): (Cut | Refused)[] {
    const found: (Cut | Refused)[] = this.#split(true);
    const rest = this.#held.data;
    if (rest.length > 0) found.push(refused(rest, 'the record is cut off at the end of the input'));
    return found;
  }

  #split(isLast: boolean): Cut[] {
    const { data } = this.#held;
    const measure = this.#measure;
    const starts = [0];
    for (let start = 0; start < data.length; measure.start(start)) {
      if (measure.advance(data, isLast)) {
        if (measure.at === start) throw failure('records of no size cannot be told apart without an envelope');
        if (measure.at - start > this.#limit) throw tooLong(this.#base + start, this.#limit);
        start = measure.at;
        starts.push(start);
      } else if (measure.flaw !== null) {
        throw failure(`the record at byte ${this.#base + start} cannot be read (${measure.flaw}), nor what follows it`);
      } else {
        if (data.length - start > this.#limit) throw tooLong(this.#base + start, this.#limit);
        break;
      }
    }
    const found = starts.length > 1 ? [cut(data, starts, this.#base)] : [];
    const kept = starts.at(-1)!;
    measure.rebase(kept);
    this.#held.keepFrom(kept);
    this.#base += kept;
    return found;
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
