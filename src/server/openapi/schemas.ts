import type { Schema } from './operation.ts';

export const string: Schema = { type: 'string' };
export const integer: Schema = { type: 'integer' };
export const number: Schema = { type: 'number' };
export const boolean: Schema = { type: 'boolean' };
/** Any JSON value. */
export const anything: Schema = {};
export const bytes: Schema = { type: 'string', format: 'binary' };

export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const mapOf = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties });
export const oneOf = (...values: readonly (string | number)[]): Schema => ({ type: 'string', enum: values });
export const anyOf = (...schemas: readonly Schema[]): Schema => ({ 'x-any-of': schemas });
export const nullable = (schema: Schema): Schema => ({ ...schema, 'x-nullable': true });
export const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

/** An object with all of these; what may be missing is named in `optional`. Others may come with later releases. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}
