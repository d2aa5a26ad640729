import { FastScoreError } from '../core/errors.ts';
import type { Batching } from './batching.ts';
import { parseBatching } from './batching.ts';
import { DESCRIPTOR_FIELDS } from './descriptor-fields.ts';
import type { Direction } from './direction.ts';
import type { Encoding } from './encodings/encoding.ts';
import { ENCODINGS } from './encodings/registry.ts';
import { createDelimited } from './envelopes/delimited.ts';
import { createDelimitedCsv } from './envelopes/delimited-csv.ts';
import type { Envelope } from './envelopes/envelope.ts';
import { ENVELOPES } from './envelopes/registry.ts';
import { Fields, isObject } from './fields.ts';
import { findType } from './find-type.ts';
import { TRANSPORTS } from './transports/registry.ts';
import type { Transport } from './transports/transport.ts';

/** A checked stream descriptor with its defaults filled in. */
export interface StreamDescriptor {
  readonly version: string;
  readonly description: string | null;
  readonly transport: Transport;
  readonly loop: boolean;
  /** Byte offset to start at. */
  readonly skipTo: number | null;
  /** Record offset to start at. */
  readonly skipToRecord: number | 'earliest' | 'latest' | null;
  /** null: none; records are whole where the transport keeps boundaries. */
  readonly envelope: Envelope | null;
  readonly encoding: Encoding;
  /** As written: an Avro schema, `{"$ref": name}`, `"$inherit"`, or null for an untyped stream. */
  readonly schema: unknown;
  readonly batching: Batching;
  /** null: do not wait. */
  readonly lingerTimeMs: number | null;
  /** A record with this text ends the input, as before FastScore 1.7; null for none. */
  readonly endMarker: string | null;
  /**
   * Why the stream cannot have this schema; null when it can. To be asked again when direction and schema, which may be
   * another's, are known.
   */
  refusesSchema(schema: unknown, direction: Direction | null): string | null;
  /** What was accepted but should be looked at, one sentence each. */
  readonly warnings: readonly string[];
}

const DEFAULT_VERSION = '1.2';
const DEFAULT_LINGER_TIME_MS = 3000;

/**
 * Checks a stream descriptor, in the order of the checks of FastScore 1.10, unknown fields first. It does not say for
 * which direction the stream is used, and nothing is opened.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function parseDescriptor(json: unknown): StreamDescriptor {
  if (!isObject(json)) throw bad('Stream descriptor must be a JSON object');
  const warnings: string[] = [];
  const fields = new Fields('Stream descriptor', json, DESCRIPTOR_FIELDS);
  const transport = parseTransport(fields, warnings);
  const loop = parseLoop(fields.raw('Loop'), transport);
  const envelopeField = checkBoundaries(fields.raw('Envelope'), transport, warnings);
  const encodingField = transport.isRows ? rowsEncoding(fields) : fields.raw('Encoding');
  const known = knownEncoding(encodingField);
  const schemaField = transport.isRows ? null : fields.raw('Schema');
  checkNeeded(known?.name ?? null, transport);
  checkTogether(known?.name ?? null, typeName(envelopeField), schemaField);
  const schema = parseSchema(schemaField, known);
  const skipTo = parseSkipTo(fields.raw('SkipTo'), transport);
  const skipToRecord = parseSkipToRecord(fields.raw('SkipToRecord'), transport, loop);
  const envelope = parseEnvelope(envelopeField, { transport, encoding: known, warnings });
  const batching = parseBatching(fields.raw('Batching'));
  const lingerTimeMs = parseLingerTime(fields.raw('LingerTime'));
  const encoding = parseEncoding(encodingField);
  const refusesSchema: StreamDescriptor['refusesSchema'] = (json, direction) =>
    json === null ? missingSchema({ transport, encoding, envelope, direction }) : encoding.refusesSchema(json);
  const refusal = refusesSchema(schema, null);
  if (refusal !== null) throw bad(refusal);
  const version = fields.string('Version') ?? DEFAULT_VERSION;
  const description = fields.string('Description') ?? null;
  const endMarker = fields.string('EndMarker') || null;
  return {
    version,
    description,
    transport,
    loop,
    skipTo,
    skipToRecord,
    envelope,
    encoding,
    schema,
    batching,
    lingerTimeMs,
    endMarker,
    refusesSchema,
    warnings,
  };
}

/**
 * The descriptor as FastScore 1.10 prints it after a dry run: lower-case names, all defaults filled in, what is null
 * left out, except for the encoding, where null means bytes.
 * @param resolved the schema that `$inherit` or `$ref` stands for, when it is known
 */
export function internalForm(descriptor: StreamDescriptor, resolved?: unknown): Record<string, unknown> {
  const { transport, loop, skipTo, skipToRecord, envelope, encoding, batching, lingerTimeMs, endMarker } = descriptor;
  return withoutNulls({
    transport: { type: transport.type.toLowerCase(), ...transport.internal() },
    loop,
    skip_to: skipTo,
    skip_to_record: skipToRecord,
    envelope: envelope === null ? null : { type: envelope.type, ...envelope.internal() },
    encoding: transport.isRows ? KEPT_NULL : (encoding.internal() ?? KEPT_NULL),
    schema: resolved === undefined ? unresolved(descriptor.schema) : resolved,
    batching: withoutNulls({ watermark: batching.watermark ?? 'infinity', nagle_time: batching.nagleTimeMs }),
    linger_time: lingerTimeMs,
    end_marker: endMarker,
  });
}

function parseTransport(fields: Fields, warnings: string[]): Transport {
  const value = fields.raw('Transport');
  if (value === undefined || value === null) throw bad('Transport must be set');
  const { name, rest } = splitType('Transport', value);
  const type = findType(name, TRANSPORTS);
  const own = new Fields(`Transport '${type.name}'`, rest, type.fields);
  return type.parse(own, { envelope: fields.raw('Envelope'), warnings });
}

function parseLoop(value: unknown, transport: Transport): boolean {
  const loop = value ?? false;
  if (typeof loop !== 'boolean') throw bad('Loop must be a boolean');
  if (loop && transport.seek === null) throw bad('Looping requires a seekable transport');
  return loop;
}

/** Rows come as objects: inside they are JSON, which a descriptor does not say. */
function rowsEncoding(fields: Fields): string {
  if ((fields.raw('Encoding') ?? null) === null && (fields.raw('Schema') ?? null) === null) return 'json';
  throw bad('ODBC stream must have Encoding/Schema set to null');
}

/** @returns the field `Envelope` as far as it counts */
function checkBoundaries(value: unknown, transport: Transport, warnings: string[]): unknown {
  if (!transport.boundaries || value === undefined || value === null) return value;
  if (!transport.ignoresEnvelope) {
    throw bad(`Transport '${transport.type}' preserves record boundaries, Envelope must be null`);
  }
  warnings.push(`Envelope was ignored: transport '${transport.type}' has a record per item`);
  return null;
}

function parseSchema(value: unknown, encoding: Encoding | null): unknown {
  const schema = value === undefined ? '$inherit' : value;
  const refusal = schema === null ? null : (encoding?.refusesSchema(schema) ?? null);
  if (refusal !== null) throw bad(refusal);
  return schema;
}

function parseSkipTo(value: unknown, transport: Transport): number | null {
  if (value === undefined || value === null) return null;
  if (transport.seek !== 'bytes') {
    throw bad('SkipTo requires a seekable transport that does not preserve boundaries');
  }
  if (!isIntegerFromZero(value)) throw bad('SkipTo must be a byte offset');
  return value;
}

function parseSkipToRecord(value: unknown, transport: Transport, loop: boolean): number | 'earliest' | 'latest' | null {
  if (transport.startsAtEnd) {
    if (value === undefined) return loop ? 'earliest' : 'latest';
    if (value === null) throw bad(`SkipToRecord cannot be null for a ${transport.type} stream`);
  }
  if (value === undefined || value === null) return null;
  if (transport.seek !== 'records') {
    throw bad('SkipToRecord requires a seekable transport that preserves boundaries');
  }
  if (value === 'earliest' || value === 'latest' || isIntegerFromZero(value)) return value;
  throw bad('SkipToRecord must be a record offset, "earliest" or "latest"');
}

function parseEnvelope(
  value: unknown,
  { transport, encoding, warnings }: { transport: Transport; encoding: Encoding | null; warnings: string[] },
): Envelope | null {
  if (value === null) return null;
  if (value === undefined) {
    if (transport.boundaries || encoding?.delimitsItself === true) return null;
    return encoding?.name === 'csv' ? createDelimitedCsv() : createDelimited('\n');
  }
  const { name, rest } = splitType('Envelope', value);
  const type = findType(name, ENVELOPES);
  return type.parse(new Fields(`Envelope '${type.name}'`, rest, type.fields), warnings);
}

function parseLingerTime(value: unknown): number | null {
  if (value === undefined) return DEFAULT_LINGER_TIME_MS;
  if (value === null || isIntegerFromZero(value)) return value;
  throw bad('LingerTime must be a number of milliseconds or null');
}

/** The encoding, if it is one: one that is not is reported after everything else. */
function knownEncoding(value: unknown): Encoding | null {
  const name = typeName(value ?? 'null');
  return name !== null && ENCODINGS.types.has(name) ? parseEncoding(value) : null;
}

function parseEncoding(value: unknown): Encoding {
  const { name, rest } = splitType('Encoding', value ?? 'null');
  const type = findType(name, ENCODINGS);
  return type.parse(new Fields(`Encoding '${type.name}'`, rest, type.fields));
}

function checkNeeded(encoding: string | null, { needsEncoding, label }: Transport): void {
  if (needsEncoding === undefined || encoding === needsEncoding) return;
  throw bad(`'Encoding' must be ${needsEncoding} for ${label} with 'Metadata' or 'Key'`);
}

/** Envelopes that have no use for an encoding, and the reverse. The schema is as written, undefined when it is not. */
function checkTogether(encoding: string | null, envelope: string | null, schema: unknown): void {
  if (encoding === null) return;
  const isBinary = encoding === 'msgpack' || encoding === 'avro-binary';
  if (encoding === 'avro-binary' && schema === null && envelope !== 'ocf-block') {
    throw bad('avro-binary encoding requires a schema');
  }
  if (isBinary && (envelope === 'delimited' || envelope === 'deliminated')) {
    throw bad(`'delimited' envelope cannot be used with '${encoding}' encoding`);
  }
  if (envelope === 'ocf-block' && encoding !== 'avro-binary')
    throw bad("'ocf-block' envelope requires avro-binary encoding");
  if (envelope === 'delimited-csv' && encoding !== 'csv') throw bad("'delimited-csv' envelope requires csv encoding");
}

/** Only a header at the beginning of an input takes the place of a schema that the encoding needs. */
function missingSchema(stream: {
  transport: Transport;
  encoding: Encoding;
  envelope: Envelope | null;
  direction: Direction | null;
}): string | null {
  const { transport, encoding, envelope, direction } = stream;
  if (encoding.schemaNeeded === null) return null;
  if (envelope?.hasHeader === true && direction !== 'output') return null;
  const over = transport.boundaries && encoding.name === 'csv' ? ` over '${transport.type}'` : '';
  return `${encoding.name} encoding${over} requires ${encoding.schemaNeeded}`;
}

/** In lower case; null when there is none. */
function typeName(value: unknown): string | null {
  const name = isObject(value) ? value.Type : value;
  return typeof name === 'string' ? name.toLowerCase() : null;
}

/** A type is named by a string, or by the field `Type` of an object that has more to say. */
function splitType(title: string, value: unknown): { name: string; rest: Record<string, unknown> } {
  if (typeof value === 'string') return { name: value, rest: {} };
  if (!isObject(value)) throw bad(`${title} must be a string or an object`);
  const { Type: name, ...rest } = value;
  if (name === undefined || name === null) throw bad(`${title} requires 'Type'`);
  if (typeof name !== 'string') throw bad(`'Type' must be a string`);
  return { name, rest };
}

function isIntegerFromZero(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function bad(message: string): FastScoreError {
  return new FastScoreError('BAD_DESCRIPTOR', message);
}

const KEPT_NULL = Symbol('null that is printed');

function unresolved(schema: unknown): unknown {
  return schema === '$inherit' ? 'undefined' : schema;
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, value === KEPT_NULL ? null : value]),
  );
}
