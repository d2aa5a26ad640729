import type { Records, Reject } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { byteOrderMark } from './byte-order-mark.ts';
import type { Cut, Refused, Run } from './cut.ts';
import { cutRecords } from './cut.ts';
import type { Decoder, Encoding } from './encodings/encoding.ts';
import type { Envelope, Splitter } from './envelopes/envelope.ts';
import { tooLong } from './envelopes/record-limit.ts';
import { asReject } from './reject.ts';
import type { ControlRecord } from './types.ts';

/** What a transport's chunks turn into, in the order of the stream. */
export type Framed =
  | { readonly kind: 'run'; readonly run: Run }
  /** `next`: what is to be read next after it. */
  | { readonly kind: 'control'; readonly control: ControlRecord; readonly next: number }
  /** Nothing can be read from there on. */
  | { readonly kind: 'failure'; readonly error: unknown };

export interface FramerOptions {
  readonly slot: number;
  readonly encoding: Encoding;
  /** null: the records are of no known type. */
  readonly schema: TypedSchema | null;
  /** null: the transport delivers whole records. */
  readonly envelope: Envelope | null;
  /** A record with this text ends the input, as FastScore knew it before control records; null for none. */
  readonly endMarker: string | null;
  readonly recordLimit: number;
  readonly onReject: (reject: Reject) => void;
}

/** Chunks of one input, cut and decoded, with its control records set apart. */
export class Framer {
  readonly #options: FramerOptions;
  readonly #decoder: Decoder;
  readonly #endMarker: Buffer | null;
  #splitter: Splitter | null = null;
  /** For whole records: how many have been seen, from the start of the input. */
  #record = 0;
  /** First bytes of the input, while they may be a byte order mark. */
  #head: Buffer | null = null;
  #framed = 0;
  #rejected = 0;
  /** After an `end` control record everything is ignored. */
  #hasEnded = false;

  /** @param start offset of the first byte (or record) that will be added */
  constructor(options: FramerOptions, start: number) {
    const { encoding, schema, envelope } = options;
    this.#options = options;
    this.#decoder = encoding.createDecoder({ schema, padded: envelope?.pads ?? false });
    this.#endMarker = options.endMarker === null ? null : Buffer.from(options.endMarker, 'utf8');
    this.restart(start);
  }

  /** Goes on at another place of the input; records keep being counted. */
  restart(start: number): void {
    const { envelope, encoding } = this.#options;
    this.#record = start;
    this.#hasEnded = false;
    this.#head = envelope !== null && start === 0 && encoding.skipsByteOrderMark ? Buffer.alloc(0) : null;
    this.#splitter = envelope === null ? null : this.#createSplitter(envelope, start, start === 0);
  }

  /** For whole records: number of the next one. */
  get next(): number {
    return this.#record;
  }

  /** What follows an `end` control record is wanted all the same: from the next chunk on it is another part of the input. */
  goOn(): void {
    this.#hasEnded = false;
  }

  /** @param chunks slices of the byte stream, or whole records when there is no envelope */
  add(chunks: readonly Buffer[]): Framed[] {
    return collect((framed) => {
      if (this.#splitter === null) {
        this.#addRecords(chunks, framed);
        return;
      }
      for (const chunk of chunks) {
        const data = this.#head === null ? chunk : this.#skipByteOrderMark(chunk, this.#head);
        for (const piece of this.#splitter.push(data)) this.#addPiece(piece, framed);
      }
    });
  }

  /** A whole record that is no control record, without a cut; null when that cannot be: then it is to be added. */
  one(record: Buffer): Records | null {
    const decoded = record.length > this.#options.recordLimit ? null : (this.#decoder.one?.(record) ?? null);
    if (decoded === null) return null;
    this.#record += 1;
    this.#framed += 1;
    return decoded;
  }

  /** The input has ended: what is left. */
  end(): Framed[] {
    return collect((framed) => {
      if (this.#splitter === null) return;
      const head = this.#head;
      this.#head = null;
      if (head !== null) for (const piece of this.#splitter.push(head)) this.#addPiece(piece, framed);
      for (const piece of this.#splitter.end()) this.#addPiece(piece, framed);
    });
  }

  #createSplitter(envelope: Envelope, base: number, atStart: boolean): Splitter {
    const { encoding, recordLimit } = this.#options;
    const trimPadding = encoding.trimsPadding;
    return envelope.createSplitter({ base, atStart, recordLimit, trimPadding, decoder: this.#decoder });
  }

  /** @returns nothing while too little has come to tell */
  #skipByteOrderMark(chunk: Buffer, before: Buffer): Buffer {
    const head = Buffer.concat([before, chunk]);
    const width = byteOrderMark(head);
    if (width === null) {
      this.#head = head;
      return Buffer.alloc(0);
    }
    this.#head = null;
    if (width === 0) return head;
    this.#splitter = this.#createSplitter(this.#options.envelope!, width, true);
    return head.subarray(width);
  }

  #addRecords(records: readonly Buffer[], framed: Framed[]): void {
    const { recordLimit } = this.#options;
    let from = 0;
    for (let i = 0; i <= records.length; i++) {
      if (i < records.length && records[i]!.length <= recordLimit) continue;
      if (i > from) this.#addPiece(cutRecords(records.slice(from, i), this.#record + from), framed);
      if (i < records.length) this.#addPiece(tooLong(records[i]!, recordLimit), framed);
      from = i + 1;
    }
    this.#record += records.length;
  }

  #addPiece(piece: Cut | Refused, framed: Framed[]): void {
    if (this.#hasEnded) return;
    if (piece.kind === 'refused') {
      this.#reject(piece.record, piece.reason, 0, piece.records);
      return;
    }
    let from = 0;
    for (const { index, control } of this.#findControls(piece)) {
      this.#addRun(piece, from, index, framed);
      framed.push({ kind: 'control', control, next: piece.base + piece.next[index]! });
      from = index + 1;
      if (control.kind === 'end') {
        this.#hasEnded = true;
        return;
      }
    }
    this.#addRun(piece, from, piece.count, framed);
  }

  #addRun(cut: Cut, from: number, to: number, framed: Framed[]): void {
    if (from === to) return;
    const run = this.#decoder.decode(cut, from, to, (record, reason, kept) => this.#reject(record, reason, kept));
    if (run.count === 0) return;
    this.#framed += run.count;
    framed.push({ kind: 'run', run });
  }

  /** One search per chunk tells that there is no control record, the common case. */
  #findControls(cut: Cut): { index: number; control: ControlRecord }[] {
    const { encoding, envelope } = this.#options;
    const padded = envelope?.pads ?? false;
    const found: { index: number; control: ControlRecord }[] = [];
    for (const index of recordsWith(encoding.control.marker, cut)) {
      const control = encoding.control.read(cut.data.subarray(cut.starts[index], cut.ends[index]), padded);
      if (control !== null) found.push({ index, control });
    }
    if (this.#endMarker === null) return found;
    const { length } = this.#endMarker;
    for (const index of recordsWith(this.#endMarker, cut)) {
      if (cut.ends[index]! - cut.starts[index]! !== length) continue;
      const before = found.filter((control) => control.index < index);
      return [...before, { index, control: { kind: 'end' } }];
    }
    return found;
  }

  #reject(record: Buffer, reason: string, kept: number, records = 1): void {
    const { slot, onReject } = this.#options;
    const seqno = this.#framed + kept + this.#rejected + 1;
    this.#rejected += records;
    onReject(asReject(record, { by: 'encoding', slot, seqno, reason, ...(records === 1 ? {} : { records }) }));
  }
}

/** What cannot be read does not take along what lies before it. */
function collect(frame: (framed: Framed[]) => void): Framed[] {
  const framed: Framed[] = [];
  try {
    frame(framed);
  } catch (error) {
    framed.push({ kind: 'failure', error });
  }
  return framed;
}

/** Indices of the records that hold `marker` somewhere. */
function* recordsWith(marker: Buffer, { data, count, starts, ends }: Cut): Generator<number> {
  const end = starts[count]!;
  let at = data.indexOf(marker, starts[0]);
  while (at !== -1 && at < end) {
    const index = recordAt(starts, count, at);
    if (at + marker.length <= ends[index]!) yield index;
    at = data.indexOf(marker, Math.max(at + 1, starts[index + 1]!));
  }
}

/** The record whose bytes or framing hold offset `at`. */
function recordAt(starts: Uint32Array, count: number, at: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
