import fc from 'fast-check';
import type { Schema } from '../../../src/server/openapi/operation.ts';

type Definitions = Readonly<Record<string, Schema>>;

const ODD_VALUES = [null, true, -1, 0, 1.5, 1e300, '', 'x', '..', '\u0000', '*****', [], {}, [[]], { a: 1 }];

/** JSON values as a schema of a Swagger document allows them, and, less often, with something in them that it does not. */
export function valuesOf(schema: Schema, definitions: Definitions): fc.Arbitrary<unknown> {
  const good = allowed(schema, definitions);
  return fc.oneof({ arbitrary: good, weight: 3 }, { arbitrary: spoilt(good), weight: 2 });
}

function allowed(schema: Schema, definitions: Definitions): fc.Arbitrary<unknown> {
  const value = allowedOf(schema, definitions);
  return schema['x-nullable'] === true ? fc.oneof({ arbitrary: value, weight: 4 }, fc.constant(null)) : value;
}

function allowedOf(schema: Schema, definitions: Definitions): fc.Arbitrary<unknown> {
  const { $ref, enum: values, example, 'x-any-of': others } = schema;
  if (example !== undefined) return fc.constant(example);
  if ($ref !== undefined) return allowed(definitions[$ref.replace('#/definitions/', '')]!, definitions);
  if (others !== undefined) return fc.oneof(...others.map((one) => allowed(one, definitions)));
  if (values !== undefined) return fc.constantFrom(...values);
  switch (schema.type) {
    case 'string':
      return fc.oneof(fc.constantFrom('sys.memory', 'kept', 'x', '1G', 'localhost:0'), fc.string({ maxLength: 20 }));
    case 'integer':
      return fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: schema.minimum ?? -5, max: schema.maximum ?? 1_000_000 }));
    case 'number':
      return fc.oneof(fc.constantFrom(0, 0.5, 60), fc.double({ noNaN: true, noDefaultInfinity: true }));
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(allowed(schema.items ?? {}, definitions), { maxLength: 4 });
    case 'object':
      return objects(schema, definitions);
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objects({ properties = {}, required = [], additionalProperties }: Schema, definitions: Definitions) {
  const members = Object.entries(properties).map(([name, member]) => [name, allowed(member, definitions)] as const);
  if (members.length === 0 && typeof additionalProperties === 'object') {
    return fc.dictionary(fc.string({ maxLength: 8 }), allowed(additionalProperties, definitions), { maxKeys: 4 });
  }
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
}

/** One place in it is something else, is missing, or is there twice under another name. */
function spoilt(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(good, fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), fc.constantFrom(...ODD_VALUES), fc.nat({ max: 2 }))
    .map(([value, way, odd, how]) => changed(value, way, odd, how));
}

function changed(value: unknown, [turn, ...way]: readonly number[], odd: unknown, how: number): unknown {
  // Nobody beyond this machine is to be asked for anything.
  if (isAddress(value)) return value;
  if (turn === undefined || typeof value !== 'object' || value === null) return odd;
  const entries = Object.entries(value);
  const index = turn % Math.max(entries.length, 1);
  const [name = 'x', child] = entries[index] ?? [];
  if (Array.isArray(value)) return value.length === 0 ? [odd] : value.with(index, changed(child, way, odd, how));
  if (how === 1) return Object.fromEntries(entries.filter(([key]) => key !== name));
  if (how === 2) return { ...value, [`${name}s`]: child };
  return { ...value, [name]: changed(child, way, odd, how) };
}

function isAddress(value: unknown): boolean {
  const [first] = Array.isArray(value) ? value : [value];
  return typeof first === 'string' && first.startsWith('127.0.0.1:');
}
