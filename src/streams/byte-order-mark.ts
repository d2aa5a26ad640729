import { FastScoreError } from '../core/errors.ts';

const UTF_8 = Buffer.from([0xef, 0xbb, 0xbf]);
const OTHERS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * How many bytes the byte order mark of UTF-8 has at the beginning of a text: none or three; null when more bytes are
 * needed to tell.
 * @throws FastScoreError STREAM_FAILED for the mark of another encoding
 */
export function byteOrderMark(head: Buffer): number | null {
  if (OTHERS.some((mark) => beginsWith(head, mark))) {
    const text =
      'begins with the byte order mark of UTF-16, and only UTF-8 is read: iconv -f UTF-16 -t UTF-8 converts it';
    throw new FastScoreError('STREAM_FAILED', text);
  }
  if (beginsWith(head, UTF_8)) return UTF_8.length;
  return [UTF_8, ...OTHERS].some((mark) => beginsWith(mark, head)) ? null : 0;
}

function beginsWith(text: Buffer, beginning: Buffer): boolean {
  return text.subarray(0, beginning.length).equals(beginning);
}
