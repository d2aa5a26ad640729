/**
 * Walking over UTF-8 JSON text without building values: each function takes the place where something begins and
 * returns the place behind it, or -1 when it is not there. The text is one record and a newline, which ends every
 * walk: a newline is not white space here.
 */

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN_MAP = 0x7b;
export const CLOSE_MAP = 0x7d;
export const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;

/** Values nested deeper than this are not JSON for us: walking is recursive. */
export const DEPTH_LIMIT = 512;

export function skipSpace(data: Buffer, at: number): number {
  let end = at;
  for (let byte = data[end]; byte === SPACE || byte === TAB || byte === RETURN; byte = data[end]) end += 1;
  return end;
}

export function skipString(data: Buffer, at: number): number {
  if (data[at] !== QUOTE) return -1;
  let end = at + 1;
  for (;;) {
    const byte = data[end];
    if (byte === QUOTE) return end + 1;
    if (byte === undefined || byte < SPACE) return -1;
    if (byte === BACKSLASH) {
      end = skipEscape(data, end);
      if (end === -1) return -1;
    } else {
      end += 1;
    }
  }
}

/** An integer as JSON has them, nothing else of a number behind it. */
export function skipInteger(data: Buffer, at: number): number {
  const end = skipDigits(data, at);
  const next = data[end];
  return next === DOT || next === 0x65 || next === 0x45 ? -1 : end;
}

export function skipNumber(data: Buffer, at: number): number {
  let end = skipDigits(data, at);
  if (end === -1) return -1;
  if (data[end] === DOT) {
    const start = end + 1;
    end = start;
    while (isDigit(data[end])) end += 1;
    if (end === start) return -1;
  }
  if (data[end] === 0x65 || data[end] === 0x45) {
    end += 1;
    if (data[end] === PLUS || data[end] === MINUS) end += 1;
    const start = end;
    while (isDigit(data[end])) end += 1;
    if (end === start) return -1;
  }
  return end;
}

/** `word` is `true`, `false` or `null`. */
export function skipWord(data: Buffer, at: number, word: Buffer): number {
  for (let i = 0; i < word.length; i++) if (data[at + i] !== word[i]) return -1;
  return at + word.length;
}

export const TRUE: Buffer = Buffer.from('true');
export const FALSE: Buffer = Buffer.from('false');
export const NULL: Buffer = Buffer.from('null');

/** Any JSON value. */
export function skipValue(data: Buffer, at: number): number {
  switch (data[at]) {
    case QUOTE:
      return skipString(data, at);
    case OPEN_MAP:
      return walkMap(data, at, skipMember);
    case OPEN_LIST:
      return walkList(data, at, skipValue);
    case 0x74:
      return skipWord(data, at, TRUE);
    case 0x66:
      return skipWord(data, at, FALSE);
    case 0x6e:
      return skipWord(data, at, NULL);
    default:
      return skipNumber(data, at);
  }
}

function skipMember(data: Buffer, _keyStart: number, _keyEnd: number, at: number): number {
  return skipValue(data, at);
}

/** Is given the place of an item or of the value of a member, and returns the place behind it. */
export type Walk = (data: Buffer, at: number) => number;
/** The bounds of the key have its quotes in them. */
export type WalkMember = (data: Buffer, keyStart: number, keyEnd: number, at: number) => number;

/** How many lists and maps are around the place where a walk is. Walks never wait, so all share it. */
let depth = 0;

export function walkList(data: Buffer, at: number, item: Walk): number {
  if (data[at] !== OPEN_LIST || depth === DEPTH_LIMIT) return -1;
  depth += 1;
  const end = walkItems(data, at, item);
  depth -= 1;
  return end;
}

export function walkMap(data: Buffer, at: number, member: WalkMember): number {
  if (data[at] !== OPEN_MAP || depth === DEPTH_LIMIT) return -1;
  depth += 1;
  const end = walkMembers(data, at, member);
  depth -= 1;
  return end;
}

function walkItems(data: Buffer, at: number, item: Walk): number {
  let end = skipSpace(data, at + 1);
  if (data[end] === CLOSE_LIST) return end + 1;
  for (;;) {
    end = item(data, end);
    if (end === -1) return -1;
    end = skipSpace(data, end);
    if (data[end] === CLOSE_LIST) return end + 1;
    if (data[end] !== COMMA) return -1;
    end = skipSpace(data, end + 1);
  }
}

function walkMembers(data: Buffer, at: number, member: WalkMember): number {
  let end = skipSpace(data, at + 1);
  if (data[end] === CLOSE_MAP) return end + 1;
  for (;;) {
    const keyStart = end;
    const keyEnd = skipString(data, keyStart);
    if (keyEnd === -1) return -1;
    end = skipSpace(data, keyEnd);
    if (data[end] !== COLON) return -1;
    end = member(data, keyStart, keyEnd, skipSpace(data, end + 1));
    if (end === -1) return -1;
    end = skipSpace(data, end);
    if (data[end] === CLOSE_MAP) return end + 1;
    if (data[end] !== COMMA) return -1;
    end = skipSpace(data, end + 1);
  }
}

/** Whether this key, its quotes included, is there. */
export function isKeyAt(data: Buffer, at: number, key: Buffer): boolean {
  for (let i = 0; i < key.length; i++) if (data[at + i] !== key[i]) return false;
  return true;
}

/** The text of the string with these bounds, quotes included in them. */
export function stringAt(data: Buffer, start: number, end: number): string {
  if (hasEscape(data, start, end)) return JSON.parse(data.toString('utf8', start, end)) as string;
  return data.toString('utf8', start + 1, end - 1);
}

/** Whether the string with these bounds is not just the characters that it is written with. */
export function hasEscape(data: Buffer, start: number, end: number): boolean {
  for (let i = start + 1; i < end - 1; i++) if (data[i] === BACKSLASH) return true;
  return false;
}

function skipDigits(data: Buffer, at: number): number {
  let end = data[at] === MINUS ? at + 1 : at;
  const first = data[end];
  if (!isDigit(first)) return -1;
  end += 1;
  if (first === ZERO) return isDigit(data[end]) ? -1 : end;
  while (isDigit(data[end])) end += 1;
  return end;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function skipEscape(data: Buffer, at: number): number {
  switch (data[at + 1]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 2;
    case 0x75: // u
      for (let i = 2; i < 6; i++) if (!isHexDigit(data[at + i])) return -1;
      return at + 6;
    default:
      return -1;
  }
}

function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && (isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66));
}
