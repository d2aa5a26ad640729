/**
 * Control records: markers in the data that are never delivered to a model.
 *
 * | encoding | bytes |
 * | --- | --- |
 * | null | `FA`, `stscore.KIND`; then nothing, or id (uint32) and timestamp (uint64), big-endian, and misc |
 * | utf-8 | U+262E, `fastscore.KIND`, then up to three fields, each after a bar: id, timestamp, misc |
 * | json | an object `{"$fastscore": "KIND"}` with optional `id`, `timestamp`, `misc`, keys in any order |
 *
 * Recognised after framing and before everything else. What only resembles a control record is data.
 */
import type { ControlRecord } from './types.ts';

/** How control records look in one encoding. */
export interface ControlFormat {
  /** Bytes that every control record holds: a chunk without them has no control records. */
  readonly marker: Buffer;
  /** @param padded whether zero bytes at the end may come from a fixed-size envelope */
  read(record: Buffer, padded: boolean): ControlRecord | null;
  write(control: ControlRecord): Buffer;
}

type Kind = ControlRecord['kind'];

const KINDS: readonly Kind[] = ['end', 'set', 'pig', 'snapshot'];

const RAW_PREFIX = Buffer.from('\xfastscore.', 'latin1');
const RAW_FIELDS_BYTES = 12;

export const rawControl: ControlFormat = {
  marker: RAW_PREFIX,

  read(record, padded) {
    if (!startsWith(record, RAW_PREFIX)) return null;
    // Fields follow the kind with nothing in between; no kind begins like another one.
    const kind = KINDS.find(
      (name) => record.toString('latin1', RAW_PREFIX.length, RAW_PREFIX.length + name.length) === name,
    );
    if (kind === undefined) return null;
    const rest = record.subarray(RAW_PREFIX.length + kind.length);
    if (rest.length === 0 || (padded && withoutPadding(rest).length === 0)) return { kind };
    if (rest.length < RAW_FIELDS_BYTES) return null;
    const tail = rest.subarray(RAW_FIELDS_BYTES);
    const misc = (padded ? withoutPadding(tail) : tail).toString('utf8');
    const timestamp = asInteger(Number(rest.readBigUInt64BE(4)));
    return control(kind, rest.readUInt32BE(0), timestamp, misc === '' ? undefined : misc);
  },

  write({ kind, id, timestamp, misc }) {
    const plain = Buffer.concat([RAW_PREFIX, Buffer.from(kind, 'latin1')]);
    if (id === undefined && timestamp === undefined && misc === undefined) return plain;
    const fields = Buffer.alloc(RAW_FIELDS_BYTES);
    fields.writeUInt32BE((id ?? 0) >>> 0, 0);
    fields.writeBigUInt64BE(BigInt.asUintN(64, BigInt(timestamp ?? 0)), 4);
    return Buffer.concat([plain, fields, Buffer.from(misc ?? '', 'utf8')]);
  },
};

const TEXT_PREFIX = '\u262efastscore.';
const TEXT_PREFIX_BYTES = Buffer.from(TEXT_PREFIX, 'utf8');

export const textControl: ControlFormat = {
  marker: TEXT_PREFIX_BYTES,

  read(record, padded) {
    if (!startsWith(record, TEXT_PREFIX_BYTES)) return null;
    const text = (padded ? withoutPadding(record) : record).toString('utf8').slice(TEXT_PREFIX.length);
    const [name, ...fields] = text.split('|');
    const kind = asKind(name);
    if (kind === null) return null;
    const [id, timestamp, ...misc] = fields;
    return control(kind, asDecimal(id), asDecimal(timestamp), misc.length === 0 ? undefined : misc.join('|'));
  },

  write({ kind, id, timestamp, misc }) {
    const fields = [id, timestamp, misc];
    while (fields.length > 0 && fields.at(-1) === undefined) fields.pop();
    return Buffer.from(TEXT_PREFIX + kind + fields.map((field) => `|${field ?? ''}`).join(''), 'utf8');
  },
};

const JSON_KEY = '$fastscore';

export const jsonControl: ControlFormat = {
  marker: Buffer.from(JSON_KEY),

  read(record, padded) {
    let value: unknown;
    try {
      value = JSON.parse((padded ? withoutPadding(record) : record).toString('utf8'));
    } catch {
      return null;
    }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, JSON_KEY)) return null;
    const { [JSON_KEY]: name, id, timestamp, misc } = value as Record<string, unknown>;
    const kind = asKind(name);
    if (kind === null) return null;
    return control(kind, asInteger(id), asInteger(timestamp), typeof misc === 'string' ? misc : undefined);
  },

  write({ kind, id, timestamp, misc }) {
    return Buffer.from(JSON.stringify({ [JSON_KEY]: kind, id, timestamp, misc }), 'utf8');
  },
};

function startsWith(record: Buffer, prefix: Buffer): boolean {
  return record.length >= prefix.length && record.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}

function withoutPadding(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

function asKind(name: unknown): Kind | null {
  return KINDS.find((kind) => kind === name) ?? null;
}

function asDecimal(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? asInteger(Number(text)) : undefined;
}

function asInteger(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

function control(
  kind: Kind,
  id: number | undefined,
  timestamp: number | undefined,
  misc: string | undefined,
): ControlRecord {
  return {
    kind,
    ...(id === undefined ? {} : { id }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(misc === undefined ? {} : { misc }),
  };
}
