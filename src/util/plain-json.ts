/**
 * Looks at JSON text in the form that most of it has: the canonical spelling of `canonical-json.ts`, strings without escapes,
 * few levels. That takes a fraction of the time of a full reading.
 * @returns where the value that begins at `at` ends; -1 when it is anything else, which says nothing about it
 */
export function endOfPlainJson(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  /** One bit for each level: whether it is an object. */
  let objects = 0;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfPlainText(bytes, at + 1, end);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const isObject = byte === OPEN_OBJECT;
      if (bytes[at + 1] === byte + CLOSE_DISTANCE) at += 2;
      else {
        depth++;
        if (depth > DEEPEST) return -1;
        objects = isObject ? objects | (1 << depth) : objects & ~(1 << depth);
        at = isObject ? endOfPlainName(bytes, at + 1, end) : at + 1;
        if (at < 0) return -1;
        continue;
      }
    } else if (byte === MINUS || isDigit(byte)) at = endOfNumber(bytes, at);
    else at = endOfLiteral(bytes, at);
    if (at < 0) return -1;

    let isOver = true;
    while (isOver && depth > 0) {
      const isObject = (objects & (1 << depth)) !== 0;
      const next = bytes[at];
      if (next === COMMA) {
        at = isObject ? endOfPlainName(bytes, at + 1, end) : at + 1;
        if (at < 0) return -1;
        isOver = false;
      } else if (next === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        depth--;
        at++;
      } else return -1;
    }
    if (isOver) return at <= end ? at : -1;
  }
  return -1;
}

/** @returns the place behind the quote that ends the text which begins at `at`, -1 when something comes before that has to be escaped */
export function endOfPlainText(bytes: Uint8Array, at: number, end: number): number {
  while (at < end) {
    const byte = bytes[at++] as number;
    if (byte === QUOTE) return at;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return -1;
  }
  return -1;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_DISTANCE = 2;
/** As many as an integer has bits for, less one. */
const DEEPEST = 30;

/** The place behind the name of a member and its colon. */
function endOfPlainName(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const behind = endOfPlainText(bytes, at + 1, end);
  return behind >= 0 && bytes[behind] === COLON ? behind + 1 : -1;
}

function endOfNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at] === MINUS) at++;
  if (bytes[at] === ZERO) at++;
  else at = endOfDigits(bytes, at);
  if (at >= 0 && bytes[at] === POINT) at = endOfDigits(bytes, at + 1);
  if (at >= 0 && ((bytes[at] as number) | 0x20) === 0x65) {
    const sign = bytes[at + 1];
    at = endOfDigits(bytes, sign === MINUS || sign === 0x2b ? at + 2 : at + 1);
  }
  return at;
}

/** -1 when there are none. */
function endOfDigits(bytes: Uint8Array, at: number): number {
  const start = at;
  while (isDigit(bytes[at] as number)) at++;
  return at > start ? at : -1;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39;

const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

function endOfLiteral(bytes: Uint8Array, at: number): number {
  const literal = LITERALS.find((one) => one.every((byte, index) => bytes[at + index] === byte));
  return literal === undefined ? -1 : at + literal.length;
}
