import type { Key } from '../../core/state/key.ts';
import { keyId } from '../../core/state/key.ts';
import type { StateValue } from '../../core/state/value.ts';
import { jsonValue } from '../../core/state/value.ts';
import { jsonEqual } from '../../util/json-equal.ts';
import { isExactInJson } from './r-serialize/exact.ts';
import { DOUBLE, ELEMENT_SIZES, HEADER } from './r-serialize/format.ts';
import { numberText } from './r-serialize/json-sink.ts';
import { hasRiskyEscape, parseJson, writeJson } from './r-serialize/json-text.ts';
import { readR, UnreadableError } from './r-serialize/reader.ts';
import { JsonWriter, UnfitForJsonError } from './r-serialize/to-json.ts';
import type { RValue } from './r-serialize/value.ts';
import { RValueWriter } from './r-serialize/value-writer.ts';

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
  readonly #writer = new RValueWriter();
  readonly #rounded = new Map<string, RoundedValue>();
  #remembered = 0;

  /** @throws UnfitValueError with the reason when R cannot hold the value */
  toR(key: Key | null, { json, native }: StateValue): Buffer {
    this.#forget(key);
    if (native?.language === 'R') return native.data;
    const text = json ?? 'null';
    this.#writer.start();
    writeText(this.#writer, text);
    const bytes = this.#writer.take();
    if (key !== null && MANY_DIGITS.test(text)) this.#rememberIfRounded(key, bytes, text);
    return bytes;
  }

  /**
   * Writes a value among others, where raw vectors are serialized values and NULL none.
   * @throws UnfitValueError with the reason when R cannot hold the value; then nothing has been written
   */
  writeAmongOthers(writer: RValueWriter, key: Key, value: StateValue): void {
    const text = value.json ?? 'null';
    if (value.native?.language === 'R' || text === 'null' || MANY_DIGITS.test(text)) {
      writer.raw(this.toR(key, value));
      return;
    }
    this.#forget(key);
    if (isNumber(text)) writer.double(Number(text));
    else writeText(writer, text);
  }

  /**
   * JSON alone when R gets the same value back from it, so that any language can read it; else R's bytes, with a JSON view for
   * others where JSON can hold the value at all.
   */
  fromR(key: Key, bytes: Buffer): StateValue {
    return this.#known(key, bytes) ?? stateValue(jsonOf(bytes), bytes);
  }

  /** As {@link fromR}, for a vector without attributes that came among others. */
  fromVector(key: Key, vector: RValue): StateValue {
    const known = this.#rounded.size > 0 ? this.#known(key, serialized(vector)) : null;
    if (known !== null) return known;
    if (vector.type === DOUBLE && vector.length === 1 && Number.isFinite(vector.double(0))) {
      return jsonValue(numberText(vector.double(0)));
    }
    return stateValue(textOf(vector), serialized(vector));
  }

  /** What R got rounded and has not changed. */
  #known(key: Key, bytes: Buffer): StateValue | null {
    const rounded = this.#rounded.get(keyId(key));
    if (rounded !== undefined && sameContent(rounded.bytes, bytes)) return jsonValue(rounded.json);
    this.#forget(key);
    return null;
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

interface JsonText {
  readonly json: string | null;
  /** R gets the very same value from it. */
  readonly exact: boolean;
}

function jsonOf(bytes: Buffer): JsonText {
  try {
    return textOf(readR(bytes));
  } catch (error) {
    if (error instanceof UnreadableError) return { json: null, exact: false };
    throw error;
  }
}

function textOf(value: RValue): JsonText {
  const writer = new JsonWriter(value.length * 8);
  try {
    writer.write(value);
  } catch (error) {
    if (error instanceof UnfitForJsonError) return { json: null, exact: false };
    throw error;
  }
  return { json: writer.sink.bytes().toString(), exact: isExactInJson(value) };
}

function stateValue({ json, exact }: JsonText, bytes: Buffer): StateValue {
  // Copied: a slice would keep the whole frame in memory for as long as the value lives.
  return { json, native: exact ? null : { language: 'R', data: Buffer.from(bytes) } };
}

/** The bytes that R would have made of a vector without attributes alone. */
function serialized(vector: RValue): Buffer {
  const { bytes, type, at, length } = vector;
  const end = at + length * (ELEMENT_SIZES[type] ?? 0);
  return Buffer.concat([HEADER, bytes.subarray(at - 8, Math.max(end, vector.end))]);
}

function writeText(writer: RValueWriter, text: string): void {
  const checkTexts = hasRiskyEscape(text);
  writeJson(writer, text, parseJson(text), { listsOfOne: true, checkTexts, rawTexts: false, prefixedKeys: false });
}

/** JSON of a finite number. */
const isNumber = (text: string): boolean => /^[-\d]/.test(text) && Number.isFinite(Number(text));

/** The header tells the version of R that wrote it. */
function sameContent(left: Buffer, right: Buffer): boolean {
  return left.subarray(HEADER.length).equals(right.subarray(HEADER.length));
}

const sizeOf = ({ bytes, json }: RoundedValue): number => bytes.length + 2 * json.length;
