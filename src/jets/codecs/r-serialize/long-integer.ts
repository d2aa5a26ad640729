import { randomBytes } from 'node:crypto';

/** Class of the doubles that R gets for integers beyond 2^53; see R/long.R. Attribute `exact` has their digits. */
export const LONG_CLASS = 'fastscore_long';

/** An integer beyond 2^53 with all its digits. */
export class LongInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  /** The nearest double. */
  get value(): number {
    return Number(this.digits);
  }

  toJSON(): number {
    return this.value;
  }
}

/** A text without this has no such integer. Fractions may well have as many digits. */
const MANY_DIGITS = /(?:^|[^\d.])\d{16}/;
/** Strings, so that what is in them is passed over, and numbers. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const INTEGER = /^-?[1-9]\d{15,308}$/;
// Cannot be guessed by whoever writes the records, so that no text can pass for a number.
const MARK = randomBytes(16).toString('hex');

/**
 * As JSON.parse, but integers beyond 2^53 are {@link LongInteger}.
 * @throws SyntaxError
 */
export function parseWithLongs(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!MANY_DIGITS.test(text)) return value;
  let found = false;
  const marked = text.replace(TOKEN, (token) => {
    if (!INTEGER.test(token) || isSafe(BigInt(token))) return token;
    found = true;
    return `"${MARK}${token}"`;
  });
  if (!found) return value;
  return JSON.parse(marked, (_, item: unknown) =>
    typeof item === 'string' && item.startsWith(MARK) ? new LongInteger(item.slice(MARK.length)) : item,
  );
}

const isSafe = (integer: bigint): boolean => integer >= -(2n ** 53n) && integer <= 2n ** 53n;

/** The type of a value from JSON. */
export const kindOf = (value: unknown) => (value instanceof LongInteger ? 'number' : typeof value);
