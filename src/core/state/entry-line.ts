import { SpellingCheck } from '../../util/canonical-json.ts';
import type { Entry } from './entry.ts';
import { LineReader } from './line-reader.ts';
import type { NativeLanguage, StateValue } from './value.ts';

export interface ParsedLine {
  readonly entry: Entry;
  /** The value is spelled as writers spell it. */
  readonly isCanonical: boolean;
}

/**
 * One line of a snapshot between header and trailer, see format.ts: ASCII, `end` is where its newline stands.
 * Yields after each small step of work, so that a value of many megabytes need not stop everything else.
 * @throws SyntaxError that says what is wrong with the line
 */
export function* parseEntryLine(bytes: Buffer, start: number, end: number): Generator<undefined, ParsedLine, void> {
  const line = new LineReader(bytes, start, end);
  const key = line.readKey();
  let native: StateValue['native'] = null;
  for (const [language, field] of NATIVE_FIELDS) {
    if (native !== null || !line.skip(field)) continue;
    native = { language, data: yield* decodeBase64(bytes, line.at, line.skipToQuote()) };
  }
  const hasValue = line.skipValueField();
  const value = line.at;
  const json = hasValue ? line.readValue() : null;
  if (json === null && native === null) throw new SyntaxError('it has no value');
  const spelling = new SpellingCheck();
  if (json !== null) yield* spelling.read(bytes, value, line.at);
  const isCanonical = json === null || spelling.end();
  if (!line.skip(CLOSE) || line.at !== end) throw new SyntaxError('it does not end as a line should');
  return { entry: [key, { json, native }], isCanonical };
}

/** The same for a line that has been found right before: its value is not looked at. */
export function entryOfLine(bytes: Buffer, start: number, end: number): Entry {
  const line = new LineReader(bytes, start, end);
  const key = line.readKey();
  let native: StateValue['native'] = null;
  for (const [language, field] of NATIVE_FIELDS) {
    if (line.skip(field)) {
      native = { language, data: Buffer.from(bytes.toString('latin1', line.at, line.skipToQuote()), 'base64') };
    }
  }
  return [key, { json: line.skipValueField() ? line.readValue() : null, native }];
}

const CLOSE = Buffer.from('}');
const NATIVE_FIELDS: readonly (readonly [NativeLanguage, Buffer])[] = [
  ['python', Buffer.from(',"python":"')],
  ['R', Buffer.from(',"R":"')],
];

/** A multiple of 4, so that each piece can be decoded on its own. */
const BASE64_PIECE = 65_536;

/** Strict, unlike Node's own decoder, which skips what it does not know. */
function* decodeBase64(bytes: Buffer, start: number, end: number): Generator<undefined, Buffer, void> {
  const decoded = Buffer.allocUnsafeSlow(Math.ceil((end - start) / 4) * 3);
  let size = 0;
  for (let at = start; at < end; at += BASE64_PIECE) {
    const text = bytes.toString('latin1', at, Math.min(at + BASE64_PIECE, end));
    const piece = Buffer.from(text, 'base64');
    if (piece.toString('base64') !== text) throw new SyntaxError('a native value is not base64');
    piece.copy(decoded, size);
    size += piece.length;
    yield;
  }
  return decoded.subarray(0, size);
}
