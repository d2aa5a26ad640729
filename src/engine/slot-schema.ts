import { FastScoreError } from '../core/errors.ts';
import { RecordCheck } from '../schema/record-check.ts';
import { schemaMismatch } from '../schema/schema-mismatch.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { typedSchema } from '../schema/typed-schema.ts';
import type { StreamDescriptor } from '../streams/descriptor.ts';
import { directionOf } from '../streams/direction.ts';
import type { LoadedModel } from './load-model.ts';

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
 * @param options.isDryRun the slot may be an output slot all the same: clients verify inputs there
 * @throws FastScoreError BAD_DESCRIPTOR, SCHEMA_MISMATCH when what is written by one cannot be read by the other
 */
export function joinSchemas(
  slot: number,
  stream: { descriptor: StreamDescriptor; schema: StreamSchema },
  model: LoadedModel | null,
  { isDryRun = false } = {},
): SlotSchema {
  const { descriptor, schema } = stream;
  const direction = directionOf(slot);
  const ofModel = model?.schemas.get(slot) ?? null;
  if (model === null && schema === 'inherit') return { stream: undefined, check: new RecordCheck([]) };
  const ofStream = schema === 'inherit' ? ofModel : schema;
  const refusal = descriptor.refusesSchema(ofStream?.json ?? null, isDryRun ? null : direction);
  if (refusal !== null) {
    const missing = ofStream === null ? { hint: `Name one in the model: "# fastscore.schema.${slot}: NAME"` } : {};
    throw new FastScoreError('BAD_DESCRIPTOR', refusal, missing);
  }
  if (ofStream === null || ofModel === null || ofStream === ofModel) {
    const one = ofStream ?? ofModel;
    return { stream: ofStream, check: new RecordCheck(one === null ? [] : [one.type]) };
  }
  const [writer, reader] = direction === 'input' ? [ofStream, ofModel] : [ofModel, ofStream];
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
    return typedSchema(json);
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
