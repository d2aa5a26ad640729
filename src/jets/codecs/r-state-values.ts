import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { StateValue } from '../../core/state/value.ts';
import { jsonEqual } from '../../util/json-equal.ts';
import { isExactInJson } from './r-serialize/exact.ts';
import { HEADER } from './r-serialize/format.ts';
import { hasRiskyEscape, parseJson, writeJson } from './r-serialize/json-text.ts';
import { readR, UnreadableError } from './r-serialize/reader.ts';
import { JsonWriter, UnfitForJsonError } from './r-serialize/to-json.ts';
import { RWriter } from './r-serialize/writer.ts';

/** As much as a jet itself remembers of values (R/state.R). */
const MAX_REMEMBERED = 64e6;
/** Doubles tell 15 digits apart; a text without more in a row comes back as it is. */
const MANY_DIGITS = /\d{16}/;

interface RoundedValue {
  readonly bytes: Buffer;
  readonly json: string;
}

/**
 * Turns stored values into R's serialized form and back, for one jet.
 *
 * R has no integers beyond 2^53: it sees them as the nearest doubles. When a jet stores a value back as it got it, digits and all stay as
 * they were; so this remembers what it has rounded. In a value that the model has changed, R's doubles count.
 */
export class RStateValues {
  readonly #writer = new RWriter();
  readonly #rounded = new Map<string, RoundedValue>();
  #remembered = 0;

  /** @throws UnfitValueError with the reason when R cannot hold the value */
  toR(key: Key | null, { json, native }: StateValue): Buffer {
    this.#forget(key);
    if (native?.language === 'R') return native.data;
    const text = json ?? 'null';
    this.#writer.start();
    const checkTexts = hasRiskyEscape(text);
    writeJson(this.#writer, text, parseJson(text), {
      keepArrays: true,
      checkTexts,
      rawTexts: false,
      prefixedKeys: false,
    });
    const bytes = this.#writer.take();
    if (key !== null && MANY_DIGITS.test(text)) this.#rememberIfRounded(key, bytes, text);
    return bytes;
  }

  /**
   * JSON alone when R gets the same value back from it, so that any language can read it; else R's bytes, with a JSON view for
   * others where JSON can hold the value at all.
   */
  fromR(key: Key, bytes: Buffer): StateValue {
    const rounded = this.#rounded.get(keyId(key));
    if (rounded !== undefined && sameContent(rounded.bytes, bytes)) return { json: rounded.json, native: null };
    this.#forget(key);
    const { json, exact } = jsonOf(bytes);
    // Copied: a slice would keep the whole frame in memory for as long as the value lives.
    return { json, native: exact ? null : { language: 'R', data: Buffer.from(bytes) } };
  }

  #rememberIfRounded(key: Key, bytes: Buffer, json: string): void {
    const back = jsonOf(bytes).json;
    if (back !== null && jsonEqual(back, json)) return;
    this.#rounded.set(keyId(key), { bytes, json });
    this.#remembered += sizeOf({ bytes, json });
    for (const [id, oldest] of this.#rounded) {
      if (this.#remembered <= MAX_REMEMBERED) return;
      this.#rounded.delete(id);
      this.#remembered -= sizeOf(oldest);
    }
  }

  #forget(key: Key | null): void {
    if (key === null || this.#rounded.size === 0) return;
    const id = keyId(key);
    const known = this.#rounded.get(id);
    if (known === undefined) return;
    this.#rounded.delete(id);
    this.#remembered -= sizeOf(known);
  }
}

function jsonOf(bytes: Buffer): { json: string | null; exact: boolean } {
  try {
    const value = readR(bytes);
    const writer = new JsonWriter(bytes.length);
    writer.write(value);
    return { json: writer.sink.bytes().toString(), exact: isExactInJson(value) };
  } catch (error) {
    if (error instanceof UnfitForJsonError || error instanceof UnreadableError) return { json: null, exact: false };
    throw error;
  }
}

/** The header tells the version of R that wrote it. */
function sameContent(left: Buffer, right: Buffer): boolean {
  return left.subarray(HEADER.length).equals(right.subarray(HEADER.length));
}

const sizeOf = ({ bytes, json }: RoundedValue): number => bytes.length + 2 * json.length;
