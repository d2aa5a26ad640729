import { inflateRawSync } from 'node:zlib';
import { FastScoreError } from '../../core/errors.ts';
import type { Cut, Refused } from '../cut.ts';
import { varintEnd, varintNumber } from '../encodings/avro/varint.ts';
import type { Decoder } from '../encodings/encoding.ts';
import type { Splitter, SplitterOptions } from './envelope.ts';
import { GrowingBytes } from './growing-bytes.ts';
import type { OcfHeader } from './ocf-header.ts';
import { MARKER_BYTES, OCF_MAGIC, readOcfHeader } from './ocf-header.ts';
import { REFUSED_BYTES } from './record-limit.ts';

export interface OcfRules {
  readonly marker: Buffer | undefined;
  readonly isDeflated: boolean | undefined;
  readonly skipHeader: boolean;
}

/** The frame of one block: where its bytes are, and where the next one begins. */
interface Block {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** Most bytes of count and size together. */
const FRAME_BYTES = 20;

/**
 * Blocks of records, which their schema tells apart. Where blocks are damaged, and where reading begins between two of
 * them, it goes on behind the next marker.
 */
export class OcfSplitter implements Splitter {
  readonly #decoder: Decoder;
  readonly #limit: number;
  readonly #skipHeader: boolean;
  readonly #held = new GrowingBytes();
  #marker: Buffer | undefined;
  #isDeflated: boolean | undefined;
  /** Source offset of the first byte held. */
  #base: number;
  #awaitsHeader: boolean;
  /** Whether reading began somewhere in the middle: what comes before the first marker is no damage. */
  #isLost: boolean;
  /** Whether the next marker is looked for. */
  #seeks = false;

  constructor({ base, atStart, recordLimit, decoder }: SplitterOptions, rules: OcfRules) {
    this.#decoder = decoder;
    this.#limit = recordLimit;
    this.#marker = rules.marker;
    this.#isDeflated = rules.isDeflated;
    this.#skipHeader = rules.skipHeader;
    this.#base = base;
    this.#awaitsHeader = atStart;
    this.#isLost = !atStart;
  }

  push(chunk: Buffer): (Cut | Refused)[] {
    this.#held.add(chunk);
    const found: (Cut | Refused)[] = [];
    this.#splitHeld(found);
    return found;
  }

  /** A block that is not complete may be a damaged one that claims too much: others may lie behind its beginning. */
  end(): (Cut | Refused)[] {
    const found: (Cut | Refused)[] = [];
    if (this.#held.data.length > 0 && this.#awaitsHeader && this.#skipHeader) {
      throw failure('there is no header of an Avro container');
    }
    while (this.#held.data.length > 0 && !this.#seeks) {
      if (!this.#isLost) found.push(refused(this.#held.data, 'the block is cut off at the end of the input'));
      if (this.#marker === undefined) break;
      this.#seeks = true;
      this.#splitHeld(found);
    }
    return found;
  }

  #splitHeld(found: (Cut | Refused)[]): void {
    let at = 0;
    const { data } = this.#held;
    while (at < data.length) {
      const next = this.#awaitsHeader ? this.#header(data) : this.#step(data, at, found);
      if (next === null) break;
      at = next;
    }
    this.#held.keepFrom(at);
    this.#base += at;
  }

  /** @returns where the blocks begin; null when more bytes are needed */
  #header(data: Buffer): number | null {
    const width = Math.min(data.length, OCF_MAGIC.length);
    const isHeader = data.subarray(0, width).equals(OCF_MAGIC.subarray(0, width));
    if (isHeader) {
      const read = width < OCF_MAGIC.length ? null : readOcfHeader(data);
      if (read === null) return null;
      this.#use(read.header);
      this.#awaitsHeader = false;
      return read.end;
    }
    if (this.#skipHeader) throw failure('there is no header of an Avro container');
    this.#awaitsHeader = false;
    return 0;
  }

  /** What the descriptor says counts: a header must agree. */
  #use({ schema, marker, isDeflated }: OcfHeader): void {
    if (this.#marker !== undefined && !this.#marker.equals(marker)) {
      throw failure('the marker in the header is not the SyncMarker of the descriptor');
    }
    if (this.#isDeflated !== undefined && this.#isDeflated !== isDeflated) {
      throw failure(`the header says that blocks are ${isDeflated ? '' : 'not '}deflated, unlike the descriptor`);
    }
    this.#marker = Buffer.from(marker);
    this.#isDeflated = isDeflated;
    this.#decoder.useHeader!(schema);
  }

  /** Reads a block, or looks for the next one. @returns where to go on; null when more bytes are needed */
  #step(data: Buffer, at: number, found: (Cut | Refused)[]): number | null {
    if (this.#seeks) return this.#seek(data, at);
    const block = this.#frame(data, at);
    if (block === null) return null;
    if (block === 'damaged') {
      if (this.#marker === undefined) {
        throw failure('a block without a header before it can only be found by its SyncMarker');
      }
      if (!this.#isLost) found.push(refused(data.subarray(at), 'the block is damaged: it was passed over'));
      this.#seeks = true;
      return at;
    }
    this.#isLost = false;
    this.#marker ??= Buffer.from(data.subarray(block.end, block.next));
    this.#addBlock(data.subarray(block.start, block.end), block, { at, found });
    return block.next;
  }

  #seek(data: Buffer, at: number): number | null {
    const marker = data.indexOf(this.#marker!, at);
    if (marker !== -1) {
      this.#seeks = false;
      this.#isLost = false;
      return marker + MARKER_BYTES;
    }
    const rest = Math.max(at, data.length - MARKER_BYTES + 1);
    return rest === at ? null : rest;
  }

  #frame(data: Buffer, at: number): Block | 'damaged' | null {
    const countEnd = varintEnd(data, at);
    const sizeEnd = countEnd < 0 ? countEnd : varintEnd(data, countEnd);
    if (sizeEnd === -2) return 'damaged';
    if (sizeEnd === -1) return data.length - at > FRAME_BYTES ? 'damaged' : null;
    const count = varintNumber(data, at, countEnd);
    const size = varintNumber(data, countEnd, sizeEnd);
    if (count < 0 || size < 0 || size > this.#limit) return 'damaged';
    const end = sizeEnd + size;
    const next = end + MARKER_BYTES;
    if (next > data.length) return null;
    if (this.#marker !== undefined && !data.subarray(end, next).equals(this.#marker)) return 'damaged';
    return { count, start: sizeEnd, end, next };
  }

  #addBlock(bytes: Buffer, block: Block, { at, found }: { at: number; found: (Cut | Refused)[] }): void {
    // Without a header, and without a word in the descriptor, the first block tells by what fits.
    this.#isDeflated ??= !isComplete(this.#measured(bytes, block.count)) && inflated(bytes, this.#limit) !== null;
    const data = this.#isDeflated ? inflated(bytes, this.#limit) : bytes;
    if (data === null) {
      found.push(refused(bytes, 'the block is not deflated, or too long'));
      return;
    }
    const { starts, missing, flaw } = this.#measured(data, block.count);
    if (starts.length > 1) found.push(this.#cut(data, starts, { at, next: block.next }));
    const rest = data.subarray(starts.at(-1));
    if (missing === 0 && rest.length === 0) return;
    const why = flaw ?? (missing > 0 ? 'it ends within a record' : 'there are more bytes than records');
    found.push(refused(rest, `the rest of the block cannot be read: ${why}`));
  }

  #measured(data: Buffer, count: number): Measured {
    if (count > Math.max(data.length, EMPTY_RECORDS_LIMIT)) {
      return { starts: Uint32Array.of(0), missing: count, flaw: 'it claims more records than it has bytes', data };
    }
    const measure = this.#decoder.measure!;
    const starts = new Uint32Array(count + 1);
    for (let found = 0; found < count; found++) {
      measure.start(starts[found]!);
      if (!measure.advance(data, true)) {
        return { starts: starts.subarray(0, found + 1), missing: count - found, flaw: measure.flaw, data };
      }
      starts[found + 1] = measure.at;
    }
    return { starts, missing: 0, flaw: null, data };
  }

  /** Reading goes on with a whole block: at the same one until its last record is through. */
  #cut(data: Buffer, starts: Uint32Array, { at, next }: { at: number; next: number }): Cut {
    const count = starts.length - 1;
    const positions = new Uint32Array(count).fill(at);
    positions[count - 1] = next;
    return { kind: 'cut', data, count, starts, ends: starts.subarray(1), next: positions, base: this.#base };
  }
}

/** The records found in the data of a block. */
interface Measured {
  readonly data: Buffer;
  /** Where each begins and, last, where the next one would. */
  readonly starts: Uint32Array;
  readonly missing: number;
  readonly flaw: string | null;
}

/** Records that take no bytes could be there in any number. */
const EMPTY_RECORDS_LIMIT = 1_000_000;

function isComplete({ data, starts, missing }: Measured): boolean {
  return missing === 0 && starts.at(-1) === data.length;
}

function inflated(bytes: Buffer, limit: number): Buffer | null {
  try {
    return inflateRawSync(bytes, { maxOutputLength: limit });
  } catch {
    return null;
  }
}

function refused(record: Buffer, reason: string): Refused {
  return { kind: 'refused', record: Buffer.from(record.subarray(0, REFUSED_BYTES)), reason };
}

function failure(message: string): FastScoreError {
  return new FastScoreError('STREAM_FAILED', message);
}
