import { BACKSLASH, QUOTE } from '../schema/json-walk.ts';
import type { ByteWriter } from '../util/byte-writer.ts';

const SPACE = 0x20;

/** As JSON.stringify writes them. */
const ESCAPES = Array.from({ length: SPACE }, (_, code) => JSON.stringify(String.fromCharCode(code)).slice(2, -1));

/** UTF-8 text as a JSON string. */
export function writeTextString(out: ByteWriter, data: Uint8Array, start: number, end: number): void {
  out.byte(QUOTE);
  let copied = start;
  for (let i = start; i < end; i++) {
    const byte = data[i]!;
    if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) continue;
    out.copy(data, copied, i);
    writeEscape(out, byte);
    copied = i + 1;
  }
  out.copy(data, copied, end);
  out.byte(QUOTE);
}

/** Bytes as a JSON string with one character, up to U+00FF, for each: Avro's JSON form of bytes. */
export function writeByteString(out: ByteWriter, data: Uint8Array, start: number, end: number): void {
  out.byte(QUOTE);
  for (let i = start; i < end; i++) {
    const byte = data[i]!;
    if (byte >= 0x80) {
      out.byte(0xc0 | (byte >> 6));
      out.byte(0x80 | (byte & 0x3f));
    } else if (byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH) {
      out.byte(byte);
    } else {
      writeEscape(out, byte);
    }
  }
  out.byte(QUOTE);
}

function writeEscape(out: ByteWriter, byte: number): void {
  out.byte(BACKSLASH);
  if (byte === QUOTE || byte === BACKSLASH) {
    out.byte(byte);
    return;
  }
  out.ascii(ESCAPES[byte]!);
}
