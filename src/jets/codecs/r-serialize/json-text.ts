import { jsonErrorInWords } from '../../../util/json-flaw.ts';
import { parseWithLongs } from './long-integer.ts';
import { UnfitValueError } from './unfit-value.ts';
import type { JsonWriting, RValueWriter } from './value-writer.ts';
import { DISORDERED } from './value-writer.ts';

/** Integers beyond 2^53 are {@link LongInteger}. @throws UnfitValueError with the reason */
export function parseJson(text: string): unknown {
  try {
    return parseWithLongs(text);
  } catch (error) {
    throw new UnfitValueError(jsonErrorInWords(error as Error));
  }
}

/**
 * Writes `value`, which is what `text` was parsed to.
 * @throws UnfitValueError with the reason when R cannot hold it; what was written has been taken back
 */
export function writeJson(writer: RValueWriter, text: string, value: unknown, writing: JsonWriting): void {
  const mark = writer.mark();
  try {
    writer.json(value, writing);
  } catch (error) {
    writer.rewind(mark);
    if (error !== DISORDERED) throw error;
    writeJson(writer, text, parseWithLongs(prefixKeys(text)), { ...writing, prefixedKeys: true });
  }
}

/** Whether strings of the JSON `text` may hold what R cannot: NUL and halves of surrogate pairs come from escapes alone. */
export const hasRiskyEscape = (text: string | Buffer): boolean => text.includes('\\u');

/** Makes every key of a JSON text longer by one character at its front. A string before a colon is a key. */
export function prefixKeys(text: string): string {
  return text.replace(/"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?/g, (string, content: string, colon: string | undefined) =>
    colon === undefined ? string : `"k${content}"${colon}`,
  );
}
