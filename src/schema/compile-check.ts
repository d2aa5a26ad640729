import type { Walk } from './json-walk.ts';
import {
  BACKSLASH,
  CLOSE_MAP,
  COLON,
  COMMA,
  DEPTH_LIMIT,
  FALSE,
  isKeyAt,
  MINUS,
  NULL,
  OPEN_MAP,
  skipInteger,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  skipWord,
  stringAt,
  TRUE,
  walkList,
  walkMap,
} from './json-walk.ts';
import type { RecordType, SchemaType } from './schema-type.ts';
import { branchTags } from './schema-type.ts';

/**
 * A walk over the JSON text of one value of `type`: it ends at -1 where the text is not of that type, or not JSON. Nothing
 * is built, so no digit is lost, whatever the size of a number. Union values may be tagged, `{"int": 1}`, or plain.
 * Members that a record's schema does not know are passed over.
 */
export function compileCheck(type: SchemaType): Walk {
  return checkOf(type, { known: new Map(), isExact: false });
}

/** The same, but for members that a record's schema does not know: none may be there. */
export function compileExactCheck(type: SchemaType): Walk {
  return checkOf(type, { known: new Map(), isExact: true });
}

interface Compiled {
  readonly known: Map<SchemaType, Walk>;
  /** Whether a record may have no other members than its fields. */
  readonly isExact: boolean;
}

function checkOf(type: SchemaType, compiled: Compiled): Walk {
  const found = compiled.known.get(type);
  if (found !== undefined) return found;
  if (type.kind === 'record') return recordCheck(type, compiled);
  const check = otherCheck(type, compiled);
  compiled.known.set(type, check);
  return check;
}

function otherCheck(type: Exclude<SchemaType, RecordType>, compiled: Compiled): Walk {
  switch (type.kind) {
    case 'null':
      return (data, at) => skipWord(data, at, NULL);
    case 'boolean':
      return (data, at) => skipWord(data, at, data[at] === TRUE[0] ? TRUE : FALSE);
    case 'int':
      return checkInt;
    case 'long':
      return checkLong;
    case 'float':
    case 'double':
      return skipNumber;
    case 'string':
      return skipString;
    case 'bytes':
      return (data, at) => (latin1Length(data, at, skipString(data, at)) === -1 ? -1 : skipString(data, at));
    case 'fixed':
      return (data, at) => {
        const end = skipString(data, at);
        return latin1Length(data, at, end) === type.size ? end : -1;
      };
    case 'enum':
      return enumCheck(type.symbols);
    case 'array': {
      const items = checkOf(type.items, compiled);
      return (data, at) => walkList(data, at, items);
    }
    case 'map': {
      const values = checkOf(type.values, compiled);
      const member = (data: Buffer, _keyStart: number, _keyEnd: number, at: number) => values(data, at);
      return (data, at) => walkMap(data, at, member);
    }
    case 'union':
      return unionCheck(type.branches, compiled);
  }
}

/** Digits of -2147483648 and 2147483647. */
const INT_DIGITS = 10;
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;

function checkInt(data: Buffer, at: number): number {
  const end = skipInteger(data, at);
  if (end === -1) return -1;
  const start = data[at] === MINUS ? at + 1 : at;
  if (end - start > INT_DIGITS) return -1;
  let value = 0;
  for (let i = start; i < end; i++) value = value * 10 + data[i]! - 0x30;
  if (start > at) value = -value;
  return value >= INT_MIN && value <= INT_MAX ? end : -1;
}

const LONG_MAX = Buffer.from('9223372036854775807');
const LONG_MIN = Buffer.from('9223372036854775808');

function checkLong(data: Buffer, at: number): number {
  const end = skipInteger(data, at);
  if (end === -1) return -1;
  const start = data[at] === MINUS ? at + 1 : at;
  if (end - start < LONG_MAX.length) return end;
  if (end - start > LONG_MAX.length) return -1;
  return data.compare(start > at ? LONG_MIN : LONG_MAX, 0, LONG_MAX.length, start, end) <= 0 ? end : -1;
}

/** Characters of a string of characters up to U+00FF, which stand for bytes; -1 when there are others. */
function latin1Length(data: Buffer, at: number, end: number): number {
  if (end === -1) return -1;
  let length = 0;
  for (let i = at + 1; i < end - 1; length++) {
    const byte = data[i]!;
    if (byte === BACKSLASH) {
      if (data[i + 1] !== 0x75) i += 2;
      else if (data[i + 2] === 0x30 && data[i + 3] === 0x30) i += 6;
      else return -1;
    } else if (byte < 0x80) {
      i += 1;
    } else if (byte === 0xc2 || byte === 0xc3) {
      i += 2;
    } else {
      return -1;
    }
  }
  return length;
}

function enumCheck(symbols: readonly string[]): Walk {
  const known = new Set(symbols);
  return (data, at) => {
    const end = skipString(data, at);
    return end !== -1 && known.has(stringAt(data, at, end)) ? end : -1;
  };
}

function unionCheck(branches: readonly SchemaType[], compiled: Compiled): Walk {
  const checks: Walk[] = [];
  const byTag = new Map<string, number>();
  const union: Walk = (data, at) => {
    if (data[at] === OPEN_MAP) {
      const end = checkTagged(data, at, byTag, checks);
      if (end !== -1) return end;
    }
    for (let i = 0; i < checks.length; i++) {
      const end = checks[i]!(data, at);
      if (end !== -1) return end;
    }
    return -1;
  };
  branches.forEach((branch, index) => {
    checks.push(checkOf(branch, compiled));
    for (const tag of branchTags(branch)) if (!byTag.has(tag)) byTag.set(tag, index);
  });
  return union;
}

function checkTagged(data: Buffer, at: number, byTag: ReadonlyMap<string, number>, checks: readonly Walk[]): number {
  const keyStart = skipSpace(data, at + 1);
  const keyEnd = skipString(data, keyStart);
  if (keyEnd === -1) return -1;
  const branch = byTag.get(stringAt(data, keyStart, keyEnd));
  if (branch === undefined) return -1;
  const colon = skipSpace(data, keyEnd);
  if (data[colon] !== COLON) return -1;
  let end = checks[branch]!(data, skipSpace(data, colon + 1));
  if (end === -1) return -1;
  end = skipSpace(data, end);
  return data[end] === CLOSE_MAP ? end + 1 : -1;
}

/** Flags of the fields seen, one range per record that is open; walks never wait, so all share it. */
let seen = new Uint8Array(1024);
let seenEnd = 0;
let openRecords = 0;

/** Registered before the checks of its fields are made: they may lead back to it. */
function recordCheck(type: RecordType, compiled: Compiled): Walk {
  const { fields } = type;
  const keys = fields.map(({ name }) => Buffer.from(JSON.stringify(name)));
  const indexOf = new Map(fields.map(({ name }, index) => [name, index]));
  const required = fields.flatMap(({ defaultText }, index) => (defaultText === null ? [index] : []));
  const checks: Walk[] = [];

  const walk = (data: Buffer, at: number, base: number): number => {
    let end = skipSpace(data, at + 1);
    let next = 0;
    for (let first = true; ; first = false) {
      if (data[end] === CLOSE_MAP && first) break;
      let field: number;
      const keyStart = end;
      if (next < keys.length && isKeyAt(data, keyStart, keys[next]!)) {
        field = next;
        end = keyStart + keys[next]!.length;
      } else {
        end = skipString(data, keyStart);
        if (end === -1) return -1;
        field = indexOf.get(stringAt(data, keyStart, end)) ?? -1;
      }
      end = skipSpace(data, end);
      if (data[end] !== COLON) return -1;
      end = skipSpace(data, end + 1);
      if (field === -1) {
        end = compiled.isExact ? -1 : skipValue(data, end);
      } else {
        end = checks[field]!(data, end);
        seen[base + field] = 1;
        next = field + 1;
      }
      if (end === -1) return -1;
      end = skipSpace(data, end);
      if (data[end] === CLOSE_MAP) break;
      if (data[end] !== COMMA) return -1;
      end = skipSpace(data, end + 1);
    }
    for (const field of required) if (seen[base + field] === 0) return -1;
    return end + 1;
  };

  const check: Walk = (data, at) => {
    if (data[at] !== OPEN_MAP) return -1;
    const base = seenEnd;
    seenEnd += fields.length;
    openRecords += 1;
    if (seenEnd > seen.length) growSeen();
    seen.fill(0, base, seenEnd);
    const end = openRecords > DEPTH_LIMIT ? -1 : walk(data, at, base);
    openRecords -= 1;
    seenEnd = base;
    return end;
  };
  compiled.known.set(type, check);
  for (const field of fields) checks.push(checkOf(field.type, compiled));
  return check;
}

function growSeen(): void {
  const larger = new Uint8Array(Math.max(seen.length * 2, seenEnd));
  larger.set(seen);
  seen = larger;
}
