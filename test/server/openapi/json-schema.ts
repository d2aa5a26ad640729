import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Schema } from '../../../src/server/openapi/operation.ts';

type Definitions = Readonly<Record<string, Schema>>;

/** A schema of a Swagger document as JSON Schema, which has words for what Swagger 2.0 has not. */
export function jsonSchema(schema: Schema): Record<string, unknown> {
  const { 'x-nullable': isNullable, 'x-any-of': others, properties, items, additionalProperties, ...rest } = schema;
  const { format: _, ...plain } = rest;
  const converted = {
    ...plain,
    ...(others === undefined ? {} : { anyOf: others.map(jsonSchema) }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, jsonSchema) }),
    ...(items === undefined ? {} : { items: jsonSchema(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: jsonSchema(additionalProperties) } : {}),
  };
  return isNullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

/** Tells whether a value is as the schema says. */
export function validatorOf(schema: Schema, definitions: Definitions): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  return ajv.compile({ ...jsonSchema(schema), definitions: mapValues(definitions, jsonSchema) });
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (from: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
