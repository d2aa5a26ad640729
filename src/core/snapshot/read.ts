import { isAscii } from 'node:buffer';
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { FastScoreError } from '../errors.ts';
import type { ParsedLine } from '../state/entry-line.ts';
import { parseEntryLine } from '../state/entry-line.ts';
import { compareKeys, describeKey } from '../state/key.ts';
import { LongLine } from '../state/long-line.ts';
import type { Part } from '../state/part.ts';
import { entriesOf } from '../state/part.ts';
import type { Snapshot, SnapshotHeader } from './format.ts';
import {
  corruptSnapshot,
  MAX_HEADER_BYTES,
  MAX_LINE_BYTES,
  parseHeaderLine,
  parseTrailerLine,
  SNAPSHOT_MAGIC,
} from './format.ts';
import { LinePacker } from './line-packer.ts';

/**
 * Reads and verifies a whole snapshot; nothing of it is given out before all of it has proved right.
 * @throws FastScoreError SNAPSHOT_FORMAT when it is something else or of another version, SNAPSHOT_CORRUPT when it was cut or altered
 */
export async function readSnapshot(source: AsyncIterable<Uint8Array>): Promise<Snapshot> {
  const verifier = new SnapshotVerifier();
  for await (const block of wholeLines(source)) await verifier.take(block);
  return verifier.finish();
}

/** Only the header; the rest of the source is not read, so it is not verified. */
export async function readHeader(source: AsyncIterable<Uint8Array>): Promise<SnapshotHeader> {
  for await (const { bytes, end } of wholeLines(source)) {
    if (end === 'cut') throw truncated(bytes.length);
    return readHeaderLine(bytes.subarray(0, bytes.indexOf(NEWLINE)));
  }
  throw truncated(0);
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Lines above this are parsed with pauses, and before they have come to their end. */
const LONG_LINE_BYTES = 1 << 20;

/** Whole lines; or a piece of a long line that goes on in the next block; or, as the last block, what is there of a line that has no end. */
interface Block {
  readonly bytes: Buffer;
  readonly end: 'line' | 'open' | 'cut';
}

/** Cuts the source behind newlines. The first bytes must be those of a snapshot. */
async function* wholeLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Block, void, void> {
  let parts: Buffer[] = [];
  let length = 0;
  /** Bytes that were given out of a line which goes on. */
  let open = 0;
  let limit = MAX_HEADER_BYTES;
  let recognised = false;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    parts.push(bytes);
    length += bytes.length;
    if (!recognised) {
      if (length < SNAPSHOT_MAGIC.length) continue;
      assertSnapshot(Buffer.concat(parts));
      recognised = true;
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const rest = bytes.length - end;
      // A copy, because it is kept: a chunk may be part of something larger.
      yield { bytes: Buffer.concat(parts).subarray(0, length - rest), end: 'line' };
      parts = rest > 0 ? [bytes.subarray(end)] : [];
      length = rest;
      open = 0;
      limit = MAX_LINE_BYTES;
    } else if (open + length > limit) {
      throw corruptSnapshot(`Snapshot is damaged: it has a line of more than ${limit} bytes`);
    } else if (limit === MAX_LINE_BYTES && open + length > LONG_LINE_BYTES) {
      yield { bytes: joined(parts), end: 'open' };
      parts = [];
      open += length;
      length = 0;
    }
  }
  const rest = joined(parts);
  if (!recognised) assertSnapshot(rest);
  if (open + length > 0) yield { bytes: rest, end: 'cut' };
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));

class SnapshotVerifier {
  readonly #hash = createHash('sha256');
  readonly #parts: Part[] = [];
  readonly #packer = new LinePacker((part) => this.#parts.push(part));
  #header: SnapshotHeader | undefined;
  #trailer: { readonly count: number; readonly sha256: string } | undefined;
  #byteCount = 0;
  #hasNative = false;
  /** A line whose end has not come yet. */
  #long: LongLine | null = null;

  async take({ bytes, end }: Block): Promise<void> {
    if (this.#trailer !== undefined) throw followed();
    this.#byteCount += bytes.length;
    if (end === 'cut') throw truncated(this.#byteCount);
    if (end === 'open') await this.#takePiece(bytes);
    else await this.#takeLines(this.#long === null ? bytes : await this.#endLong(this.#long, bytes));
  }

  async #takeLines(bytes: Buffer): Promise<void> {
    const ascii = isAscii(bytes);
    let start = 0;
    while (start < bytes.length && this.#trailer === undefined) {
      const behind = this.#packer.takeAlike(bytes, start);
      start = behind > start ? behind : await this.#takeLine(bytes, start, ascii);
    }
    this.#packer.close();
    if (this.#trailer === undefined) this.#hash.update(bytes);
    else if (start < bytes.length) throw followed();
  }

  async #takePiece(piece: Buffer): Promise<void> {
    this.#hash.update(piece);
    if (this.#long === null) {
      if (isTrailer(piece, 0)) throw this.#malformed('its last line is not as it should be');
      this.#long = new LongLine();
    }
    await this.#inPauses(this.#long.take(piece));
  }

  /** @returns what follows the line */
  async #endLong(line: LongLine, bytes: Buffer): Promise<Buffer> {
    const end = bytes.indexOf(NEWLINE);
    this.#hash.update(bytes.subarray(0, end + 1));
    await this.#inPauses(line.take(bytes.subarray(0, end)));
    if (line.length > MAX_LINE_BYTES) throw this.#malformed(`it has more than ${MAX_LINE_BYTES} bytes`);
    const parsed = await this.#inPauses(line.end());
    this.#assertNext(parsed);
    this.#packer.takeAlone(parsed);
    this.#long = null;
    return bytes.subarray(end + 1);
  }

  finish(): Snapshot {
    if (this.#header === undefined || this.#trailer === undefined) throw truncated(this.#byteCount);
    if (this.#trailer.sha256 !== this.#hash.digest('hex')) {
      throw corruptSnapshot('Snapshot was altered: its SHA-256 is not the one in its last line');
    }
    const { count } = this.#packer;
    if (this.#trailer.count !== count) {
      throw corruptSnapshot(`Snapshot is damaged: it has ${count} keys, its last line says ${this.#trailer.count}`);
    }
    const parts = this.#parts;
    return {
      header: this.#header,
      sha256: this.#trailer.sha256,
      parts,
      hasNative: this.#hasNative,
      get entries() {
        return [...entriesOf(parts)];
      },
    };
  }

  /** Takes whatever line begins at `start`. @returns where the next one begins */
  async #takeLine(bytes: Buffer, start: number, ascii: boolean): Promise<number> {
    const end = bytes.indexOf(NEWLINE, start);
    if (end - start > MAX_LINE_BYTES) throw this.#malformed(`it has more than ${MAX_LINE_BYTES} bytes`);
    if (!ascii && !isAscii(bytes.subarray(start, end))) throw this.#malformed('it has bytes that are not ASCII');
    if (this.#header === undefined) this.#header = readHeaderLine(bytes.subarray(start, end));
    else if (isTrailer(bytes, start)) this.#trailer = this.#readTrailer(bytes, start, end);
    else {
      const steps = parseEntryLine(bytes, start, end);
      const line = end - start > LONG_LINE_BYTES ? await this.#inPauses(steps) : this.#atOnce(steps);
      this.#assertNext(line);
      this.#packer.take(bytes, start, end, line);
    }
    return end + 1;
  }

  #readTrailer(bytes: Buffer, start: number, end: number) {
    const trailer = parseTrailerLine(bytes.toString('latin1', start, end));
    if (trailer === undefined) throw this.#malformed('its last line is not as it should be');
    this.#hash.update(bytes.subarray(0, start));
    return trailer;
  }

  #atOnce<T>(steps: Generator<undefined, T, void>): T {
    try {
      let step = steps.next();
      while (!step.done) step = steps.next();
      return step.value;
    } catch (error) {
      throw error instanceof SyntaxError ? this.#malformed(error.message) : error;
    }
  }

  /** The same, but lets others run in between. */
  async #inPauses<T>(steps: Generator<undefined, T, void>): Promise<T> {
    try {
      let step = steps.next();
      while (!step.done) {
        await setImmediate();
        step = steps.next();
      }
      return step.value;
    } catch (error) {
      throw error instanceof SyntaxError ? this.#malformed(error.message) : error;
    }
  }

  #assertNext({ entry: [key, { native }] }: ParsedLine): void {
    const { lastKey } = this.#packer;
    const order = lastKey === undefined ? -1 : compareKeys(lastKey, key);
    if (order === 0) throw this.#malformed(`${describeKey(key)} is there twice`);
    if (order > 0) throw this.#malformed(`${describeKey(key)} is out of order`);
    if (native !== null) this.#hasNative = true;
  }

  #malformed(reason: string): FastScoreError {
    const line = this.#header === undefined ? 1 : this.#packer.count + 2;
    return corruptSnapshot(`Snapshot is damaged at line ${line}: ${reason}`);
  }
}

function readHeaderLine(line: Buffer): SnapshotHeader {
  if (line.at(-1) === CARRIAGE_RETURN) {
    throw corruptSnapshot('Snapshot was altered: its line ends are CR LF', 'Copy the file again as binary');
  }
  if (line.length > MAX_HEADER_BYTES) {
    throw corruptSnapshot(`Snapshot is damaged at line 1: the header has more than ${MAX_HEADER_BYTES} bytes`);
  }
  return parseHeaderLine(line.toString('latin1'));
}

/** Tells `{"count"` from `{"cell"` and `{"pool"`. */
function isTrailer(bytes: Buffer, start: number): boolean {
  return bytes[start + 2] === 0x63 && bytes[start + 3] === 0x6f;
}

function assertSnapshot(start: Buffer): void {
  const text = start.toString('latin1', 0, SNAPSHOT_MAGIC.length);
  if (text === SNAPSHOT_MAGIC) return;
  if (text === '') throw foreign('it is empty', 'Copy the file again');
  if (SNAPSHOT_MAGIC.startsWith(text)) throw truncated(text.length);
  // Erlang's external term format begins with 131, its table and log files with 1 2 3 4.
  if (start[0] === 131 || text.startsWith('\x01\x02\x03\x04') || text.startsWith('ETS1')) {
    throw foreign(
      'it is one of FastScore 1.10 (ETS1), which only that release can open',
      'Run the model again from the start of its input, or set its state with a model',
    );
  }
  throw foreign('it does not begin like one', 'Give a file that "fastscore snapshot export" wrote');
}

function foreign(reason: string, hint: string): FastScoreError {
  return new FastScoreError('SNAPSHOT_FORMAT', `Not a snapshot of fastscore: ${reason}`, { hint });
}

function truncated(size: number): FastScoreError {
  return corruptSnapshot(`Snapshot is truncated at byte ${size}: its last line is missing`);
}

function followed(): FastScoreError {
  return corruptSnapshot('Snapshot was altered: something follows its last line');
}
