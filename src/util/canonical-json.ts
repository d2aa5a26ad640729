/**
 * One spelling for one JSON text: no white space outside strings, strings in pure ASCII with the shortest
 * escapes, numbers letter by letter as they were (`6.0` stays `6.0`, every digit of a long integer stays).
 * Members keep their order.
 */

import { isPlainText } from './plain-text.ts';

/** `value` as canonical text. For a string that is its quoted form. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(NOT_PLAIN, (unit) => hexEscape(unit.charCodeAt(0)));
}

/** The same as {@link asciiJson} for a string, quicker for the many that need no escape. */
export function asciiString(text: string): string {
  return PLAIN_TEXT.test(text) ? `"${text}"` : asciiJson(text);
}

/** Whether `text` is a string without escapes, a number or a literal, spelled as here: so it needs no look at each unit. */
export function isCanonicalScalar(text: string): boolean {
  return SCALAR.test(text);
}

/** A piece of a long text that shows all of it as it is. */
const INSIDE_TEXT = /^[ !#-[\]-~]+$/;
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;
const SCALAR = /^(?:"[ !#-[\]-~]*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;

/**
 * The canonical spelling of `text`, in pieces of bounded work, so that a caller can let others run in between.
 * @throws SyntaxError when `text` is not one JSON value, possibly after some pieces
 */
export function* canonicalJson(text: string): Generator<string, void, void> {
  const machine = new JsonMachine();
  for (let from = 0; from < text.length; from += PIECE_LENGTH) {
    yield machine.feed(text.slice(from, from + PIECE_LENGTH));
  }
  machine.end();
}

/** Tells whether JSON text in ASCII, of which one piece comes after the other, is spelled as here. */
export class SpellingCheck {
  readonly #machine = new JsonMachine();
  /** What was read and not yet spelled: part of an escape. */
  #pending = '';
  #isCanonical = true;

  /** Reads a piece; yields after each small step of work. @throws SyntaxError when the text is not JSON */
  *read(bytes: Buffer, start: number, end: number): Generator<undefined, void, void> {
    for (let from = start; from < end; from += PIECE_LENGTH) {
      const to = Math.min(end, from + PIECE_LENGTH);
      if (this.#machine.isInText && isPlainText(bytes, from, to)) this.#machine.skip(to - from);
      else this.#compare(bytes.toString('latin1', from, to));
      yield;
    }
  }

  /** @returns whether all was spelled as here @throws SyntaxError when the text ends too early */
  end(): boolean {
    this.#machine.end();
    return this.#isCanonical && this.#pending === '';
  }

  #compare(piece: string): void {
    const spelled = this.#machine.feed(piece);
    if (!this.#isCanonical) return;
    this.#pending += piece;
    this.#isCanonical = this.#pending.startsWith(spelled);
    this.#pending = this.#pending.slice(spelled.length);
  }
}

const PIECE_LENGTH = 32_768;
const NOT_PLAIN = /[\x7f-\uffff]/g;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX_BASE = 0x10000;

function hexEscape(unit: number): string {
  return `\\u${(HEX_BASE + unit).toString(16).slice(1)}`;
}

/** How each code unit below 128 is spelled inside a string; null: as it is. */
const SPELLING: readonly (string | null)[] = Array.from({ length: 128 }, (_, unit) => {
  const spelled = asciiJson(String.fromCharCode(unit)).slice(1, -1);
  return spelled.length === 1 ? null : spelled;
});

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '/',
  b: '\\b',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
};

/** By first unit. */
const LITERALS: Readonly<Record<number, string>> = { 116: 'true', 102: 'false', 110: 'null' };

// Between tokens: what may come next.
const VALUE = 0;
const VALUE_OR_CLOSE = 1;
const KEY_OR_CLOSE = 2;
const KEY = 3;
const COLON = 4;
const COMMA_OR_CLOSE = 5;
// Inside a token.
const STRING = 6;
const ESCAPE = 7;
const HEX = 8;
const LITERAL = 9;
// Inside a number: what was read last.
const MINUS = 10;
const ZERO = 11;
const INTEGER = 12;
const POINT = 13;
const FRACTION = 14;
const EXPONENT_MARK = 15;
const EXPONENT_SIGN = 16;
const EXPONENT = 17;

const IN_OBJECT = 0;
const IN_ARRAY = 1;

/** The piece at hand as numbers, which is several times faster to look at than a string. */
const units = new Uint16Array(PIECE_LENGTH);
const unitBytes = Buffer.from(units.buffer);

/** Reads JSON text unit by unit and keeps its place between calls, so a text may be cut anywhere. */
class JsonMachine {
  #state = VALUE;
  readonly #containers: number[] = [];
  #stringIsKey = false;
  #hex = 0;
  #hexDigits = 0;
  #literal = '';
  #literalAt = 0;
  /** Length of the pieces before this one. */
  #fed = 0;

  /** What comes next is inside of a string and not of an escape. */
  get isInText(): boolean {
    return this.#state === STRING;
  }

  /** Goes on by so many units that a string shows as they are. */
  skip(length: number): void {
    this.#fed += length;
  }

  /** The canonical spelling of the next piece of the text, of at most {@link PIECE_LENGTH} units. */
  feed(piece: string): string {
    if (this.#state === STRING && INSIDE_TEXT.test(piece)) {
      this.#fed += piece.length;
      return piece;
    }
    unitBytes.write(piece, 'utf16le');
    const length = piece.length;
    let out = '';
    // Units from `run` on are copied as they are; an escape is spelled anew, so no run is open inside one.
    let run = 0;
    for (let at = 0; at < length; at++) {
      let unit = units[at] as number;
      if (this.#state === STRING) {
        while (isPlain(unit) && ++at < length) unit = units[at] as number;
        if (at === length) break;
        if (unit === QUOTE) this.#state = this.#stringIsKey ? COLON : COMMA_OR_CLOSE;
        else if (unit === BACKSLASH) {
          out += piece.slice(run, at);
          this.#state = ESCAPE;
        } else if (unit >= 0x7f) {
          out += piece.slice(run, at) + hexEscape(unit);
          run = at + 1;
        } else this.#refuse(unit, at);
      } else if (this.#state === ESCAPE) {
        if (unit === 0x75) {
          this.#state = HEX;
          this.#hex = 0;
          this.#hexDigits = 0;
        } else {
          out += ESCAPES[String.fromCharCode(unit)] ?? this.#refuse(unit, at);
          this.#state = STRING;
        }
        run = at + 1;
      } else if (this.#state === HEX) {
        const digit = hexDigit(unit);
        if (digit < 0) this.#refuse(unit, at);
        this.#hex = this.#hex * 16 + digit;
        this.#hexDigits++;
        if (this.#hexDigits === 4) {
          out += spellUnit(this.#hex);
          this.#state = STRING;
        }
        run = at + 1;
      } else if (this.#state === LITERAL) {
        if (unit !== this.#literal.charCodeAt(this.#literalAt)) this.#refuse(unit, at);
        this.#literalAt++;
        if (this.#literalAt === this.#literal.length) this.#state = COMMA_OR_CLOSE;
      } else if (this.#state >= MINUS && this.#continueNumber(unit, at)) {
        // One more unit of the number, which is copied as it is.
      } else if (unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09) {
        out += piece.slice(run, at);
        run = at + 1;
      } else {
        this.#startToken(unit, at);
      }
    }
    this.#fed += length;
    return this.#state === ESCAPE || this.#state === HEX ? out : out + piece.slice(run);
  }

  end(): void {
    const mayEnd = this.#state === COMMA_OR_CLOSE || NUMBER_MAY_END[this.#state] === true;
    if (this.#containers.length > 0 || !mayEnd) {
      throw new SyntaxError(`JSON text ends too early, at position ${this.#fed}`);
    }
  }

  /** False when `unit` is no longer part of the number, which then has ended. */
  #continueNumber(unit: number, at: number): boolean {
    const next = nextInNumber(this.#state, unit);
    if (next >= 0) {
      this.#state = next;
      return true;
    }
    if (!NUMBER_MAY_END[this.#state]) this.#refuse(unit, at);
    this.#state = COMMA_OR_CLOSE;
    return false;
  }

  #startToken(unit: number, at: number): void {
    switch (this.#state) {
      case VALUE_OR_CLOSE:
        if (unit === 0x5d) this.#close();
        else this.#startValue(unit, at);
        return;
      case VALUE:
        this.#startValue(unit, at);
        return;
      case KEY_OR_CLOSE:
      case KEY:
        if (unit === QUOTE) {
          this.#state = STRING;
          this.#stringIsKey = true;
        } else if (unit === 0x7d && this.#state === KEY_OR_CLOSE) this.#close();
        else this.#refuse(unit, at);
        return;
      case COLON:
        if (unit !== 0x3a) this.#refuse(unit, at);
        this.#state = VALUE;
        return;
      default:
        this.#goOnAfterValue(unit, at);
    }
  }

  #startValue(unit: number, at: number): void {
    if (unit === QUOTE) {
      this.#state = STRING;
      this.#stringIsKey = false;
    } else if (unit === 0x7b) {
      this.#containers.push(IN_OBJECT);
      this.#state = KEY_OR_CLOSE;
    } else if (unit === 0x5b) {
      this.#containers.push(IN_ARRAY);
      this.#state = VALUE_OR_CLOSE;
    } else if (unit === 0x2d) this.#state = MINUS;
    else if (unit === 0x30) this.#state = ZERO;
    else if (isDigit(unit)) this.#state = INTEGER;
    else {
      this.#literal = LITERALS[unit] ?? this.#refuse(unit, at);
      this.#literalAt = 1;
      this.#state = LITERAL;
    }
  }

  #goOnAfterValue(unit: number, at: number): void {
    const container = this.#containers.at(-1);
    if (container === IN_OBJECT && unit === 0x2c) this.#state = KEY;
    else if (container === IN_ARRAY && unit === 0x2c) this.#state = VALUE;
    else if (container === IN_OBJECT && unit === 0x7d) this.#close();
    else if (container === IN_ARRAY && unit === 0x5d) this.#close();
    else this.#refuse(unit, at);
  }

  #close(): void {
    this.#containers.pop();
    this.#state = COMMA_OR_CLOSE;
  }

  #refuse(unit: number, at: number): never {
    const shown = asciiJson(String.fromCharCode(unit));
    throw new SyntaxError(`JSON text has an unexpected ${shown} at position ${this.#fed + at}`);
  }
}

/** Whether a string shows `unit` as it is and goes on after it. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f && unit !== QUOTE && unit !== BACKSLASH;
}

const NUMBER_MAY_END: Readonly<Record<number, boolean>> = {
  [ZERO]: true,
  [INTEGER]: true,
  [FRACTION]: true,
  [EXPONENT]: true,
};

/** The state after `unit`, -1 when it cannot go on the number. */
function nextInNumber(state: number, unit: number): number {
  if (isDigit(unit)) {
    switch (state) {
      case MINUS:
        return unit === 0x30 ? ZERO : INTEGER;
      case ZERO:
        return -1;
      case POINT:
        return FRACTION;
      case EXPONENT_MARK:
      case EXPONENT_SIGN:
        return EXPONENT;
      default:
        return state;
    }
  }
  if (unit === 0x2e) return state === ZERO || state === INTEGER ? POINT : -1;
  if (unit === 0x65 || unit === 0x45) {
    return state === ZERO || state === INTEGER || state === FRACTION ? EXPONENT_MARK : -1;
  }
  if (unit === 0x2b || unit === 0x2d) return state === EXPONENT_MARK ? EXPONENT_SIGN : -1;
  return -1;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function hexDigit(unit: number): number {
  if (isDigit(unit)) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function spellUnit(unit: number): string {
  return unit < 128 ? (SPELLING[unit] ?? String.fromCharCode(unit)) : hexEscape(unit);
}
