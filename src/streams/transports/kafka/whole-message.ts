import { skipSpace, skipValue } from '../../../schema/json-walk.ts';
import { jsonControl } from '../../control.ts';
import { membersOf } from './json-members.ts';
import { keyBytes } from './key-bytes.ts';

/** What a message has beside topic and partition. */
export interface WholeMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [Buffer | null, Buffer | null])[];
}

export interface UnwrappedMessage extends WholeMessage {
  /** null: now. */
  readonly timestamp: bigint | null;
}

const EMPTY: UnwrappedMessage = { key: null, value: null, headers: [], timestamp: null };
const NEWLINE = Buffer.from('\n');
const SPACE = 0x20;

/**
 * A message as one JSON record: `{"key", "timestamp", "headers", "value"}`. The value is JSON and goes in as it stands, no digit of it
 * changes. Control records stay what they are, and so does what is no JSON, for the encoding to refuse.
 */
export function wrapMessage({ key, value, headers }: WholeMessage, timestamp: bigint): Buffer {
  const text = value === null ? Buffer.from('null') : withoutNewlines(value);
  if (!isJson(text) || (text.includes(jsonControl.marker) && jsonControl.read(text, false) !== null)) return text;
  const pairs = headers.map(([name, content]) => [asText(name), asText(content)]);
  const head = `{"key":${JSON.stringify(asText(key))},"timestamp":${timestamp},"headers":${JSON.stringify(pairs)},"value":`;
  return Buffer.concat([Buffer.from(head), text, Buffer.from('}')]);
}

/** The reverse. What is no object with a `value` is the value itself, of a message without a key. */
export function unwrapMessage(record: Buffer): UnwrappedMessage {
  const members = membersOf(record);
  const value = members?.get('value');
  if (members === null || value === undefined) return { ...EMPTY, value: record };
  const timestamp: unknown = parse(members.get('timestamp'));
  const headers: unknown = parse(members.get('headers'));
  return {
    key: keyBytes(parse(members.get('key'))),
    timestamp: Number.isSafeInteger(timestamp) ? BigInt(timestamp as number) : null,
    headers: Array.isArray(headers) ? headers.flatMap(asHeader) : [],
    value: value.equals(Buffer.from('null')) ? null : value,
  };
}

/** In JSON they stand between tokens only. */
function withoutNewlines(text: Buffer): Buffer {
  return text.includes(NEWLINE) ? Buffer.from(text.map((byte) => (byte === NEWLINE[0] ? SPACE : byte))) : text;
}

function isJson(text: Buffer): boolean {
  const data = Buffer.concat([text, NEWLINE]);
  const end = skipValue(data, skipSpace(data, 0));
  return end !== -1 && skipSpace(data, end) === text.length;
}

const parse = (text: Buffer | undefined): unknown => (text === undefined ? null : JSON.parse(text.toString('utf8')));

/** Bytes that are no UTF-8 are kept as `{"base64": "..."}`. */
function asText(bytes: Buffer | null): unknown {
  if (bytes === null) return null;
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : { base64: bytes.toString('base64') };
}

function asHeader(pair: unknown): [Buffer | null, Buffer | null][] {
  return Array.isArray(pair) && pair.length === 2 ? [[keyBytes(pair[0]), keyBytes(pair[1])]] : [];
}
