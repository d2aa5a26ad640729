/**
 * Control records: markers in the data that are never delivered to a model.
 *
 * | encoding | bytes |
 * | --- | --- |
 * | null | `FA`, `stscore.KIND`; then nothing, or id (uint32) and timestamp (uint64), big-endian, and misc |
 * | utf-8 | U+262E, `fastscore.KIND`, then up to three fields, each after a bar: id, timestamp, misc |
 * | json | an object `{"$fastscore": "KIND"}` with optional `id`, `timestamp`, `misc`, keys in any order |
 * | msgpack | that object as a map |
 * | csv | a row that begins with `$fastscore.KIND`; then up to three cells: id, timestamp, misc |
 * | avro-binary | string `$fastscore.KIND`, int id, long timestamp, string misc, whatever the schema |
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

/** No kind begins like another one. */
export const CONTROL_KINDS: readonly Kind[] = ['end', 'set', 'pig', 'snapshot'];

const RAW_PREFIX = Buffer.from('\xfastscore.', 'latin1');
const RAW_FIELDS_BYTES = 12;

export const rawControl: ControlFormat = {
  marker: RAW_PREFIX,

  read(record, padded) {
    if (!startsWith(record, RAW_PREFIX)) return null;
    // Fields follow the kind with nothing in between.
    const kind = CONTROL_KINDS.find(
      (name) => record.toString('latin1', RAW_PREFIX.length, RAW_PREFIX.length + name.length) === name,
    );
    if (kind === undefined) return null;
    const rest = record.subarray(RAW_PREFIX.length + kind.length);
    if (rest.length === 0 || (padded && withoutPadding(rest).length === 0)) return { kind };
    if (rest.length < RAW_FIELDS_BYTES) return null;
    const tail = rest.subarray(RAW_FIELDS_BYTES);
    const misc = (padded ? withoutPadding(tail) : tail).toString('utf8');
    return controlRecord(kind, {
      id: rest.readUInt32BE(0),
      timestamp: Number(rest.readBigUInt64BE(4)),
      misc: misc === '' ? undefined : misc,
    });
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
    const [id, timestamp, ...misc] = fields;
    return controlRecord(name, {
      id: decimal(id),
      timestamp: decimal(timestamp),
      misc: misc.length === 0 ? undefined : misc.join('|'),
    });
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
    return controlRecord(name, { id, timestamp, misc });
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
  return CONTROL_KINDS.find((kind) => kind === name) ?? null;
}

/** The number that a text of digits stands for. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

interface Properties {
  readonly id: unknown;
  readonly timestamp: unknown;
  readonly misc: unknown;
}

/** null when there is no such kind; properties that are not of their type are left out. */
export function controlRecord(name: unknown, { id, timestamp, misc }: Properties): ControlRecord | null {
  const kind = asKind(name);
  if (kind === null) return null;
  return {
    kind,
    ...(Number.isSafeInteger(id) && { id: id as number }),
    ...(Number.isSafeInteger(timestamp) && { timestamp: timestamp as number }),
    ...(typeof misc === 'string' && { misc }),
  };
}
