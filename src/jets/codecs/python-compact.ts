import type { RecordForm } from '../../core/records.ts';
import { cellKey, itemKey } from '../../core/state/key.ts';
import type { BatchFrame, Change, JetFrame, JetOutput } from '../protocol.ts';
import { malformed, wordsOf } from './python-header.ts';

/**
 * Bodies without a JSON header, of the two frames that come with each batch: reading and writing JSON takes longer than all else
 * of a short one. docs/jet-protocol.md has the layout.
 */

const FORMS: readonly RecordForm[] = ['json', 'text', 'bytes'];
const HAS_ORIGINS = 1;
/** Size of what is not there. */
const NONE = 0xffffffff;
const BATCH_BYTES = 30;
const EMIT_BYTES = 3;

export function encodeBatch({ id, slot, seqno, records, emit, origins }: BatchFrame): Buffer[] {
  const { form, count, data, lengths } = records;
  const slots = Object.keys(emit);
  const head = Buffer.allocUnsafe(BATCH_BYTES + EMIT_BYTES * slots.length);
  head.writeUInt32LE(0, 0);
  head.writeUInt32LE(id, 4);
  head.writeUInt16LE(slot, 8);
  head.writeUInt8(FORMS.indexOf(form), 10);
  head.writeUInt8(origins ? HAS_ORIGINS : 0, 11);
  head.writeDoubleLE(seqno, 12);
  head.writeUInt32LE(count, 20);
  head.writeUInt32LE(data.length, 24);
  head.writeUInt16LE(slots.length, 28);
  let at = BATCH_BYTES;
  for (const output of slots) {
    head.writeUInt16LE(Number(output), at);
    head.writeUInt8(FORMS.indexOf(emit[Number(output)]!), at + 2);
    at += EMIT_BYTES;
  }
  return lengths === null ? [head, data] : [head, data, asBytes(lengths)];
}

const asBytes = (words: Uint32Array): Buffer => Buffer.from(words.buffer, words.byteOffset, words.byteLength);

export function isCompact(body: Buffer): boolean {
  return body.length >= 4 && body.readUInt32LE(0) === 0;
}

/** @throws FastScoreError JET_PROTOCOL */
export function decodeResult(body: Buffer): JetFrame {
  const from = new Reader(body, 4);
  const id = from.uint32();
  const outputCount = from.uint16();
  const changeCount = from.uint16();
  const outputs: JetOutput[] = [];
  for (let i = 0; i < outputCount; i++) outputs.push(readOutput(from));
  const changes: Change[] = [];
  for (let i = 0; i < changeCount; i++) changes.push(readChange(from));
  if (!from.isAtEnd) throw malformed('bytes after the last change');
  return { t: 'result', id, outputs, rejected: [], changes };
}

function readOutput(from: Reader): JetOutput {
  const slot = from.uint16();
  const form = FORMS[from.uint8()];
  const flags = from.uint8();
  const count = from.uint32();
  const size = from.uint32();
  if (form === undefined) throw malformed('an output without a form');
  const data = from.bytes(size);
  const lengths = form === 'json' ? null : wordsOf(from.bytes(4 * count));
  const origins = flags & HAS_ORIGINS ? [...wordsOf(from.bytes(4 * count))] : null;
  return { slot, records: { form, count, data, lengths }, sets: null, origins, haveScalars: true };
}

function readChange(from: Reader): Change {
  const hasItem = from.uint8() === 1;
  const [nameSize, itemSize, jsonSize, nativeSize] = [from.uint32(), from.uint32(), from.uint32(), from.uint32()];
  const name = from.text(nameSize);
  const item = from.text(itemSize);
  const json = jsonSize === NONE ? null : from.text(jsonSize);
  // Copied: a slice would keep the whole frame in memory for as long as the value lives.
  const data = nativeSize === NONE ? null : Buffer.from(from.bytes(nativeSize));
  if (json === null && data === null) throw malformed('a value without content');
  const value = { json, native: data && ({ language: 'python', data } as const) };
  return { key: hasItem ? itemKey(name, item) : cellKey(name), value };
}

class Reader {
  readonly #body: Buffer;
  #at: number;

  constructor(body: Buffer, at: number) {
    this.#body = body;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#body.length;
  }

  uint8(): number {
    return this.#body[this.#take(1)]!;
  }

  uint16(): number {
    return this.#body.readUInt16LE(this.#take(2));
  }

  uint32(): number {
    return this.#body.readUInt32LE(this.#take(4));
  }

  bytes(size: number): Buffer {
    const start = this.#take(size);
    return this.#body.subarray(start, start + size);
  }

  text(size: number): string {
    const start = this.#take(size);
    return this.#body.toString('utf8', start, start + size);
  }

  /** @returns where the next `size` bytes begin */
  #take(size: number): number {
    const start = this.#at;
    if (start + size > this.#body.length) throw malformed('less than it announces');
    this.#at = start + size;
    return start;
  }
}
