import * as fc from 'fast-check';

export interface SchemaAndValues {
  readonly schema: unknown;
  /** Values of the schema in Avro's JSON form: unions tagged, bytes as text. */
  readonly value: fc.Arbitrary<unknown>;
}

const names = fc.constantFrom('a', 'b', 'id', 'long_name', '_x');
const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const double = fc.double({ noNaN: true, noDefaultInfinity: true });

const PRIMITIVES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  // What avsc writes and reads exactly.
  long: fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
  float: double.map(Math.fround).filter(Number.isFinite),
  double,
  bytes: latin1,
  string: fc.string({ unit: 'grapheme' }),
};

const primitive: fc.Arbitrary<SchemaAndValues> = fc
  .constantFrom(...Object.keys(PRIMITIVES))
  .map((schema) => ({ schema, value: PRIMITIVES[schema]! }));

let named = 0;
const enumeration: fc.Arbitrary<SchemaAndValues> = fc
  .uniqueArray(names, { minLength: 1, maxLength: 4 })
  .map((symbols) => ({
    schema: { type: 'enum', name: `E${named++}`, symbols },
    value: fc.constantFrom(...symbols),
  }));
const fixed: fc.Arbitrary<SchemaAndValues> = fc.integer({ min: 1, max: 5 }).map((size) => ({
  schema: { type: 'fixed', name: `F${named++}`, size },
  value: fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => Buffer.from(bytes).toString('latin1')),
}));

/** Schemas of some depth, each with what generates values for it. */
export const anySchema: fc.Arbitrary<SchemaAndValues> = fc.letrec<{ type: SchemaAndValues }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    enumeration,
    fixed,
    tie('type').map(({ schema, value }) => ({
      schema: { type: 'array', items: schema },
      value: fc.array(value, { maxLength: 3 }),
    })),
    tie('type').map(({ schema, value }) => ({
      schema: { type: 'map', values: schema },
      value: fc.dictionary(fc.string({ maxLength: 5 }), value, { maxKeys: 3 }),
    })),
    fc
      .uniqueArray(fc.tuple(names, tie('type')), { minLength: 1, maxLength: 4, selector: ([name]) => name })
      .map(anyRecord),
    fc
      .uniqueArray(fc.oneof(primitive, enumeration), { minLength: 1, maxLength: 3, selector: branchName })
      .map(anyUnion),
  ),
})).type;

function anyRecord(fields: [string, SchemaAndValues][]): SchemaAndValues {
  return {
    schema: {
      type: 'record',
      name: `R${named++}`,
      fields: fields.map(([name, { schema }]) => ({ name, type: schema })),
    },
    value: fc.record(Object.fromEntries(fields.map(([name, { value }]) => [name, value]))),
  };
}

function anyUnion(branches: SchemaAndValues[]): SchemaAndValues {
  return {
    schema: branches.map(({ schema }) => schema),
    value: fc.oneof(
      ...branches.map((branch) =>
        branch.schema === 'null' ? fc.constant(null) : branch.value.map((value) => ({ [branchName(branch)]: value })),
      ),
    ),
  };
}

function branchName({ schema }: SchemaAndValues): string {
  return typeof schema === 'string' ? schema : (schema as { name: string }).name;
}

/** A schema, and a value of it or of another one. */
export const schemaAndAnyValue = anySchema.chain(({ schema, value }) =>
  fc.record({
    schema: fc.constant(schema),
    value: fc.oneof(
      value,
      fc.jsonValue({ maxDepth: 2 }),
      anySchema.chain((other) => other.value),
    ),
  }),
);

/** A schema and a value of it. */
export const schemaAndValue = anySchema.chain(({ schema, value }) => fc.record({ schema: fc.constant(schema), value }));
