import { FastScoreError } from '../core/errors.ts';
import { parseSchema } from '../schema/parse-schema.ts';
import { RecordCheck } from '../schema/record-check.ts';
import { schemaMismatch } from '../schema/schema-mismatch.ts';
import type { SchemaType } from '../schema/schema-type.ts';
import type { StreamDescriptor } from '../streams/descriptor.ts';
import { directionOf } from '../streams/direction.ts';
import type { LoadedModel } from './load-model.ts';

/** A schema as it was written, beside what it says. */
export interface TypedSchema {
  readonly json: unknown;
  readonly type: SchemaType;
}

/** What the field `Schema` of a descriptor stands for; null is a stream without a schema. */
export type StreamSchema = TypedSchema | 'inherit' | null;

/** What is to be done about the records of a slot. */
export interface SlotSchema {
  /** The schema of the stream; undefined as long as it is that of a model that is not there yet. */
  readonly stream: TypedSchema | null | undefined;
  /** Checks records against the schemas of stream and model. */
  readonly check: RecordCheck;
}

/**
 * @param find the schema of that name, undefined when there is none
 * @throws FastScoreError SCHEMA_NOT_FOUND, BAD_DESCRIPTOR
 */
export async function resolveStreamSchema(
  written: unknown,
  find: (name: string) => Promise<unknown>,
): Promise<StreamSchema> {
  if (written === '$inherit') return 'inherit';
  if (written === null) return null;
  const name = referredName(written);
  if (name === null) return typed(written, 'The schema of the stream');
  const json = await find(name);
  if (json !== undefined) return typed(json, `Schema '${name}'`);
  throw new FastScoreError('SCHEMA_NOT_FOUND', `schema '${name}' not found`, {
    hint: `fastscore schema add ${name} FILE`,
  });
}

/**
 * Joins the schema of a stream with that of the model's slot.
 * @throws FastScoreError BAD_DESCRIPTOR, SCHEMA_MISMATCH when what is written by one cannot be read by the other
 */
export function joinSchemas(
  slot: number,
  stream: { descriptor: StreamDescriptor; schema: StreamSchema },
  model: LoadedModel | null,
): SlotSchema {
  const { descriptor, schema } = stream;
  if (model === null) {
    if (schema === 'inherit') return { stream: undefined, check: new RecordCheck([]) };
    return { stream: schema, check: new RecordCheck(schema === null ? [] : [schema.type]) };
  }
  const ofModel = model.schemas.get(slot) ?? null;
  const ofStream = schema === 'inherit' ? ofModel : schema;
  const refusal = descriptor.refusesSchema(ofStream === null ? null : ofStream.json);
  if (refusal !== null) throw new FastScoreError('BAD_DESCRIPTOR', refusal);
  if (ofStream === null || ofModel === null || ofStream === ofModel) {
    const one = ofStream ?? ofModel;
    return { stream: ofStream, check: new RecordCheck(one === null ? [] : [one.type]) };
  }
  const [writer, reader] = directionOf(slot) === 'input' ? [ofStream, ofModel] : [ofModel, ofStream];
  const reason = schemaMismatch(writer.type, reader.type);
  if (reason !== null) {
    throw new FastScoreError(
      'SCHEMA_MISMATCH',
      `Stream schema at slot ${slot} does not match the model schema: ${reason}`,
      { hint: 'Leave Schema out of the descriptor to take that of the model' },
    );
  }
  return { stream: ofStream, check: new RecordCheck([ofStream.type, ofModel.type]) };
}

function typed(json: unknown, what: string): TypedSchema {
  try {
    return { json, type: parseSchema(json) };
  } catch (cause) {
    throw new FastScoreError('BAD_DESCRIPTOR', `${what} is not valid: ${(cause as Error).message}`, { cause });
  }
}

function referredName(written: unknown): string | null {
  if (typeof written !== 'object' || written === null || !('$ref' in written)) return null;
  const { $ref: name } = written;
  if (typeof name !== 'string') throw new FastScoreError('BAD_DESCRIPTOR', "'$ref' must be the name of a schema");
  return name;
}
