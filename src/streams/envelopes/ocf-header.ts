import { FastScoreError } from '../../core/errors.ts';
import { ByteWriter } from '../../util/byte-writer.ts';
import { varintEnd, varintNumber, writeVarint } from '../encodings/avro/varint.ts';

/** What an Avro object container file says at its beginning. */
export interface OcfHeader {
  /** JSON text. */
  readonly schema: Buffer;
  readonly isDeflated: boolean;
  readonly marker: Buffer;
}

/** `Obj` and the version of the format. */
export const OCF_MAGIC = Buffer.from('Obj\u0001');

export const MARKER_BYTES = 16;

const HEADER_LIMIT = 16 * 1024 * 1024;

/**
 * @param data what the file begins with, behind the magic
 * @returns the header and where it ends; null when more bytes are needed
 * @throws FastScoreError STREAM_FAILED
 */
export function readOcfHeader(data: Buffer): { header: OcfHeader; end: number } | null {
  const metadata = new Map<string, Buffer>();
  const reader = new HeaderReader(data, OCF_MAGIC.length);
  for (let count = reader.count(); count !== 0; count = reader.count()) {
    if (count === null) return tooShort(data);
    for (let i = 0; i < count; i++) {
      const name = reader.bytes();
      const value = name === null ? null : reader.bytes();
      if (name === null || value === null) return tooShort(data);
      metadata.set(name.toString(), value);
    }
  }
  const end = reader.at + MARKER_BYTES;
  if (end > data.length) return tooShort(data);
  const codec = metadata.get('avro.codec')?.toString() ?? 'null';
  if (codec !== 'null' && codec !== 'deflate') {
    throw new FastScoreError('STREAM_FAILED', `the blocks are compressed by '${codec}'`, {
      hint: 'Only deflate can be read',
    });
  }
  const schema = metadata.get('avro.schema');
  if (schema === undefined) throw new FastScoreError('STREAM_FAILED', 'the header has no avro.schema');
  return { header: { schema, isDeflated: codec === 'deflate', marker: data.subarray(reader.at, end) }, end };
}

export function writeOcfHeader({ schema, isDeflated, marker }: OcfHeader): Buffer {
  const out = new ByteWriter(schema.length + 100);
  out.copy(OCF_MAGIC, 0, OCF_MAGIC.length);
  const metadata: [string, Buffer][] = [
    ['avro.codec', Buffer.from(isDeflated ? 'deflate' : 'null')],
    ['avro.schema', schema],
  ];
  writeVarint(out, metadata.length);
  for (const [name, value] of metadata) {
    writeVarint(out, name.length);
    out.ascii(name);
    writeVarint(out, value.length);
    out.copy(value, 0, value.length);
  }
  out.byte(0);
  out.copy(marker, 0, marker.length);
  return out.data;
}

function tooShort(data: Buffer): null {
  if (data.length <= HEADER_LIMIT) return null;
  throw new FastScoreError('STREAM_FAILED', 'the header of the container has no end');
}

class HeaderReader {
  readonly #data: Buffer;
  #at: number;

  constructor(data: Buffer, at: number) {
    this.#data = data;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** Entries of the next block; the size that may follow a negative count is of no use. */
  count(): number | null {
    const count = this.#number();
    if (count === null || count >= 0) return count;
    return this.#number() === null ? null : -count;
  }

  bytes(): Buffer | null {
    const length = this.#number();
    if (length === null || this.#at + length > this.#data.length) return null;
    if (length < 0) throw new FastScoreError('STREAM_FAILED', 'the header of the container is damaged');
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  #number(): number | null {
    const end = varintEnd(this.#data, this.#at);
    if (end === -2) throw new FastScoreError('STREAM_FAILED', 'the header of the container is damaged');
    if (end === -1) return null;
    const value = varintNumber(this.#data, this.#at, end);
    this.#at = end;
    return value;
  }
}
