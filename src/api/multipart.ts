import { randomHex } from '../util/random-hex.ts';

export interface MultipartPart {
  readonly contentType: string;
  readonly disposition?: string;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array;
}

/** 24 hexadecimal digits, as clients of 1.10 write them. */
export const newBoundary = (): string => randomHex(12);

export const multipartMediaType = (boundary: string): string => `multipart/mixed; boundary=${boundary}`;

/** The bytes of a `multipart/mixed` body, part by part; nothing is held back. */
export async function* writeMultipart(parts: readonly MultipartPart[], boundary: string): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const disposition = part.disposition === undefined ? '' : `Content-Disposition: ${part.disposition}\r\n`;
    yield Buffer.from(`\r\n--${boundary}\r\n${disposition}Content-Type: ${part.contentType}\r\n\r\n`, 'latin1');
    if (part.body instanceof Uint8Array) yield Buffer.from(part.body);
    else for await (const chunk of part.body) yield Buffer.from(chunk);
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1');
}
