import type { Records } from '../../core/records.ts';
import type { Cut, Refused } from '../cut.ts';
import type { Decoder, Encoder } from '../encodings/encoding.ts';
import type { Fields } from '../fields.ts';

export interface SplitterOptions {
  /** Source offset of the first byte that will be pushed. */
  readonly base: number;
  /** Whether that byte is the first one of the input, a byte order mark apart. */
  readonly atStart: boolean;
  /** Longest record in bytes; a longer one is refused, whatever the chunks it comes in. */
  readonly recordLimit: number;
  /** Whether padding at the end of a record is not part of it. */
  readonly trimPadding: boolean;
  /** Reads the records: it knows where they end, or what is to be known about quotes, and is told of headers. */
  readonly decoder: Decoder;
}

export interface JoinerOptions {
  readonly encoder: Encoder;
  /** What is written: the same names the same output. */
  readonly label: string;
}

/** Writes records with their framing. */
export interface Joiner {
  /** What stands before the first record; null for nothing. */
  readonly preamble: Buffer | null;
  /** The records with their framing: `records.data` itself when nothing has to be added. */
  wrap(records: Records): Buffer;
}

/**
 * Finds the records in a stream of bytes that arrives in chunks of any size. The records are the same however
 * the bytes are cut into chunks. What comes back shares memory with the chunks, which must not be changed, and is looked
 * through before the next call. Where nothing more can be read, a FastScoreError is thrown behind what could be.
 */
export interface Splitter {
  push(chunk: Buffer): Iterable<Cut | Refused>;
  /** The stream has ended: what is left. */
  end(): Iterable<Cut | Refused>;
}

/** How records are marked off from each other in a stream of bytes. */
export interface Envelope {
  readonly type: string;
  /** Whether records may carry zero bytes at the end that were not written by their sender. */
  readonly pads: boolean;
  createSplitter(options: SplitterOptions): Splitter;
  createJoiner(options: JoinerOptions): Joiner;
  /** Whether a header at the beginning tells what the records hold. */
  readonly hasHeader: boolean;
  /** For dry runs: fields beside `type`, lower case with underscores. */
  internal(): Record<string, unknown>;
}

/** A kind of envelope that a descriptor can name. */
export interface EnvelopeType {
  readonly name: string;
  /** Fields beside `Type`, legacy spellings included. */
  readonly fields: readonly string[];
  parse(fields: Fields, warnings: string[]): Envelope;
}
