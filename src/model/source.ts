import { FastScoreError } from '../core/errors.ts';

/**
 * The source as text. Annotations are ASCII, and the language's own parser judges the rest, so a source in an older
 * 8-bit encoding is read byte by character.
 * @throws FastScoreError MODEL_INVALID when it is empty or not a text file
 */
export function decodeSource(source: Uint8Array): string {
  const zeroByte = source.indexOf(0);
  if (zeroByte !== -1) {
    throw new FastScoreError(
      'MODEL_INVALID',
      `The source is not a text file: there is a zero byte at offset ${zeroByte}`,
      {
        hint: 'Save it as UTF-8 text',
      },
    );
  }
  const text =
    decodeUtf8(source) ?? Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString('latin1');
  if (text.trim() === '') throw new FastScoreError('MODEL_INVALID', 'The source is empty');
  return text;
}

/** Lines as 1.10 counts them: newline bytes. */
export function countLines(source: Uint8Array): number {
  let lines = 0;
  for (let at = source.indexOf(10); at !== -1; at = source.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function decodeUtf8(source: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    return undefined;
  }
}
