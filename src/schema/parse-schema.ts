import { createRequire } from 'node:module';
import type avro from 'avsc';
import { FastScoreError } from '../core/errors.ts';
import { locateFlaw } from './locate-flaw.ts';
import type { SchemaType } from './schema-type.ts';

const require = createRequire(import.meta.url);

/**
 * Reads an Avro schema. Attributes that Avro does not know, logical types among them, are left alone.
 * @throws FastScoreError SCHEMA_INVALID
 */
export function parseSchema(json: unknown): SchemaType {
  let type: avro.Type;
  try {
    // On first use, as it takes longer than most of what a run without schemas loads; and where nothing can be awaited.
    const { Type } = require('avsc') as typeof avro;
    // Its unions are not ours: always wrapped, they never are ambiguous.
    type = Type.forSchema(json as avro.Schema, { wrapUnions: 'always' });
  } catch (cause) {
    throw new FastScoreError('SCHEMA_INVALID', locateFlaw(json) ?? `Not an Avro schema: ${(cause as Error).message}`, {
      cause,
    });
  }
  return convert(type, new Map());
}

/** Why this is not a schema, null when it is one. */
export function schemaFlaw(json: unknown): string | null {
  try {
    parseSchema(json);
    return null;
  } catch (error) {
    return (error as FastScoreError).message;
  }
}

function convert(type: avro.Type, known: Map<avro.Type, SchemaType>): SchemaType {
  const found = known.get(type);
  if (found !== undefined) return found;
  if (isA(type, 'record')) return convertRecord(type as avro.types.RecordType, known);
  const converted = convertOther(type, known);
  known.set(type, converted);
  return converted;
}

/** Registered before its fields are converted: they may refer to it. */
function convertRecord(type: avro.types.RecordType, known: Map<avro.Type, SchemaType>): SchemaType {
  const fields: Extract<SchemaType, { kind: 'record' }>['fields'][number][] = [];
  const record: SchemaType = { kind: 'record', name: type.name ?? '', fields };
  known.set(type, record);
  for (const field of type.fields) {
    const value: unknown = field.defaultValue();
    fields.push({
      name: field.name,
      aliases: field.aliases,
      type: convert(field.type, known),
      defaultText: value === undefined ? null : field.type.toString(value),
    });
  }
  return record;
}

function convertOther(type: avro.Type, known: Map<avro.Type, SchemaType>): SchemaType {
  const name = type.name ?? '';
  if (isA(type, 'fixed')) return { kind: 'fixed', name, size: (type as avro.types.FixedType).size };
  if (isA(type, 'enum')) return { kind: 'enum', name, symbols: (type as avro.types.EnumType).symbols };
  if (isA(type, 'array')) {
    return { kind: 'array', items: convert((type as avro.types.ArrayType).itemsType, known) };
  }
  if (isA(type, 'map')) {
    return { kind: 'map', values: convert((type as avro.types.MapType).valuesType, known) };
  }
  if (isA(type, 'union')) {
    const { types } = type as avro.types.WrappedUnionType;
    return { kind: 'union', branches: types.map((branch) => convert(branch, known)) };
  }
  return { kind: type.typeName as Extract<SchemaType, { kind: 'null' }>['kind'] };
}

/** Unions go by names such as "union:wrapped". */
const isA = ({ typeName }: avro.Type, kind: string): boolean => typeName.startsWith(kind);
