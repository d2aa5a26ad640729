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
  /** Whether the marker is behind it. */
  readonly isMarked: boolean;
}

/** A block that cannot be read, before it is known where it ends. */
interface Lost {
  readonly record: Buffer;
  readonly reason: string;
  /** How many records it says that it has. */
  readonly count: number;
  /** Where it begins in the source. */
  readonly at: number;
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
  /** The block that was given up for it, if one was. */
  #lost: Lost | null = null;
  /** Whether nothing follows what is held. */
  #isLast = false;

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
    this.#isLast = true;
    this.#splitHeld(found);
    if (this.#held.data.length > 0 && this.#awaitsHeader && this.#skipHeader) {
      throw failure('there is no header of an Avro container');
    }
    while (this.#held.data.length > 0 && !this.#seeks) {
      this.#giveUp(this.#held.data, 0, 'the block is cut off at the end of the input');
      if (this.#marker === undefined) break;
      this.#splitHeld(found);
    }
    this.#tellLost(this.#base + this.#held.data.length, found);
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
    if (this.#seeks) return this.#seek(data, at, found);
    const block = this.#frame(data, at);
    if (block === null) return null;
    if (block === 'damaged') return this.#passOver(data, at);
    if (!block.isMarked) {
      const isAlone = this.#isLost ? false : this.#isMarkerAlone(data, block);
      if (isAlone === null) return null;
      if (!isAlone) return this.#passOver(data, at);
    }
    this.#isLost = false;
    this.#marker ??= Buffer.from(data.subarray(block.end, block.next));
    this.#addBlock(data.subarray(block.start, block.end), block, { at, found });
    return block.next;
  }

  /** Gives up a block that is damaged. */
  #passOver(data: Buffer, at: number): number {
    if (this.#marker === undefined) {
      throw failure('a block without a header before it can only be found by its SyncMarker');
    }
    this.#giveUp(data, at, 'the block is damaged: it was passed over');
    return at;
  }

  /** Looks for the next block. What this one held is told when it is known where that begins. */
  #giveUp(data: Buffer, at: number, reason: string): void {
    this.#seeks = true;
    if (this.#isLost) return;
    const record = Buffer.from(data.subarray(at, at + REFUSED_BYTES));
    const countEnd = varintEnd(data, at);
    const count = countEnd < 0 ? 1 : varintNumber(data, at, countEnd);
    this.#lost = { record, reason, count, at: this.#base + at };
  }

  /** @param end where the bytes end, in the source, that belong to the block that was given up, if one was */
  #tellLost(end: number, found: (Cut | Refused)[]): void {
    if (this.#lost === null) return;
    const { record, reason, count, at } = this.#lost;
    this.#lost = null;
    found.push(refused(record, reason, plausible(count, (end - at) * (this.#isDeflated === true ? DEFLATE_RATIO : 1))));
  }

  /** Whether of a block nothing but the marker is damaged, as another one follows it; null when that is not to be seen yet. */
  #isMarkerAlone(data: Buffer, { next }: Block): boolean | null {
    if (next === data.length) return this.#isLast ? true : null;
    const following = this.#frame(data, next);
    if (following === null) return this.#isLast ? false : null;
    return following !== 'damaged' && following.isMarked;
  }

  #seek(data: Buffer, at: number, found: (Cut | Refused)[]): number | null {
    const marker = data.indexOf(this.#marker!, at);
    if (marker !== -1) {
      this.#tellLost(this.#base + marker, found);
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
    const isMarked = this.#marker === undefined || data.subarray(end, next).equals(this.#marker);
    return { count, start: sizeEnd, end, next, isMarked };
  }

  #addBlock(bytes: Buffer, block: Block, { at, found }: { at: number; found: (Cut | Refused)[] }): void {
    // Without a header, and without a word in the descriptor, the first block tells by what fits.
    this.#isDeflated ??= !isComplete(this.#measured(bytes, block.count)) && inflated(bytes, this.#limit) !== null;
    const data = this.#isDeflated ? inflated(bytes, this.#limit) : bytes;
    if (data === null) {
      found.push(
        refused(bytes, 'the block is not deflated, or too long', plausible(block.count, bytes.length * DEFLATE_RATIO)),
      );
      return;
    }
    const { starts, missing, flaw } = this.#measured(data, block.count);
    if (starts.length > 1) found.push(this.#cut(data, starts, { at, next: block.next }));
    const rest = data.subarray(starts.at(-1));
    if (missing === 0 && rest.length === 0) return;
    const why = flaw ?? (missing > 0 ? 'it ends within a record' : 'there are more bytes than records');
    found.push(refused(rest, `the rest of the block cannot be read: ${why}`, plausible(missing, data.length)));
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

/** Deflate makes bytes so many times shorter at most. */
const DEFLATE_RATIO = 1032;

/** A number of records that is claimed, one where it cannot be. */
function plausible(count: number, most: number): number {
  return count > 1 && count <= most ? count : 1;
}

function refused(record: Buffer, reason: string, records: number): Refused {
  const start = Buffer.from(record.subarray(0, REFUSED_BYTES));
  if (records === 1) return { kind: 'refused', record: start, reason };
  return { kind: 'refused', record: start, reason: `${reason} (${records} records)`, records };
}

function failure(message: string): FastScoreError {
  return new FastScoreError('STREAM_FAILED', message);
}
