import { parseSchema } from './parse-schema.ts';
import type { SchemaType } from './schema-type.ts';

/** A schema as it was written, beside what it says. */
export interface TypedSchema {
  readonly json: unknown;
  readonly type: SchemaType;
}

/** @throws FastScoreError SCHEMA_INVALID */
export function typedSchema(json: unknown): TypedSchema {
  return { json, type: parseSchema(json) };
}
