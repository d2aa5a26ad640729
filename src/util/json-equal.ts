import { canonicalJson } from './canonical-json.ts';

/**
 * Whether two JSON texts say the same: the order of members does not count (of a repeated member the last one
 * does), numbers are compared as exact decimal numbers, so 6, 6.0 and 60e-1 are equal and integers beyond 2^53 keep every digit.
 * @throws SyntaxError when a text is not JSON
 */
export function jsonEqual(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [canonical(left), canonical(right)];
  return a === b || comparable(a) === comparable(b);
}

function canonical(text: string): string {
  return [...canonicalJson(text)].join('');
}

interface OpenContainer {
  /** Of an object: value by key. Null for an array. */
  readonly members: Map<string, string> | null;
  key: string | null;
  list: string;
}

const SCALAR = /[^,\]}]+/y;

/**
 * A text that is the same for all texts that say the same. `text` is canonical, so every token is what it
 * seems. It keeps its own stack, because the nesting of stored values has no limit.
 */
function comparable(text: string): string {
  const open: OpenContainer[] = [];
  let result = '';
  const deliver = (value: string) => {
    const top = open.at(-1);
    if (top === undefined) result = value;
    else if (top.members === null) top.list += `${value},`;
    else {
      top.members.set(top.key ?? '', value);
      top.key = null;
    }
  };
  for (let at = 0; at < text.length; ) {
    const first = text.charAt(at);
    if (first === '{' || first === '[') {
      open.push({ members: first === '{' ? new Map() : null, key: null, list: '' });
      at++;
    } else if (first === '}' || first === ']') {
      const closed = open.pop();
      if (closed !== undefined) deliver(closed.members === null ? `[${closed.list}]` : joinMembers(closed.members));
      at++;
    } else if (first === ',' || first === ':') {
      at++;
    } else if (first === '"') {
      const end = endOfString(text, at);
      const token = text.slice(at, end);
      const top = open.at(-1);
      if (top !== undefined && top.members !== null && top.key === null) top.key = token;
      else deliver(token);
      at = end;
    } else {
      SCALAR.lastIndex = at;
      const token = SCALAR.exec(text)?.[0] ?? '';
      deliver(comparableScalar(token));
      at += token.length;
    }
  }
  return result;
}

function joinMembers(members: Map<string, string>): string {
  let joined = '{';
  // Keys are unique, so the order is total.
  for (const [key, value] of [...members].sort(([a], [b]) => (a < b ? -1 : 1))) joined += `${key}:${value},`;
  return `${joined}}`;
}

/** The position after the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
  return backslashes % 2 === 1;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A number as sign, digits without zeros at either end, and a power of ten. */
function comparableScalar(token: string): string {
  const match = NUMBER.exec(token);
  if (match === null) return token;
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = match;
  const digits = (integer + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const significant = withoutTrailingZeros(digits);
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') end--;
  return digits.slice(0, end);
}
