import { rm } from 'node:fs/promises';
import { FastScoreError } from '../core/errors.ts';
import { findInterpreter } from '../jets/interpreters.ts';
import { verifyCallbacks } from '../model/callbacks.ts';
import type { ModelInfo } from '../model/describe.ts';
import { describeModel } from '../model/describe.ts';
import { verifyLibraries } from '../model/libraries.ts';
import { slipsOf } from '../model/slips.ts';
import { describeSnapshotRules } from '../model/snapshot-rules.ts';
import { assertSyntax } from '../model/source-check.ts';
import { parseModelType } from '../model/types.ts';
import { PRIMITIVES } from '../schema/schema-type.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { typedSchema } from '../schema/typed-schema.ts';
import { warningOfUnknownAttributes } from '../schema/unknown-attributes.ts';
import { checkSource } from './check-source.ts';
import type { ModelReport, ModelSource, SlotDescription } from './types.ts';
import type { UnpackedAttachments } from './unpack-attachments.ts';
import { unpackAttachments } from './unpack-attachments.ts';

/** A model that has passed every check that can be made without running it. */
export interface LoadedModel {
  readonly source: ModelSource;
  readonly info: ModelInfo;
  /** The command that runs it. */
  readonly interpreter: string;
  /** By slot; slots without a schema have no entry. */
  readonly schemas: ReadonlyMap<number, TypedSchema>;
  readonly report: ModelReport;
  /** null: nothing came with it. */
  readonly attached: UnpackedAttachments | null;
}

export interface LoadOptions {
  readonly workDirectory: string;
  readonly cacheDirectory: string;
  findSchema(name: string): Promise<unknown>;
}

/** @throws FastScoreError MODEL_TYPE_UNKNOWN, MODEL_TYPE_UNSUPPORTED, MODEL_INVALID, MODEL_SYNTAX, SCHEMA_NOT_FOUND, SCHEMA_INVALID, INTERPRETER_MISSING */
export async function loadModel(source: ModelSource, options: LoadOptions): Promise<LoadedModel> {
  const info = describeModel(source.source, parseModelType(source.mtype));
  if (!info.explicit && !info.slots.some(({ slot }) => slot % 2 === 0)) {
    throw new FastScoreError('MODEL_INVALID', 'The model uses no input slot: there is nothing to do', {
      hint: 'Put an input slot in use, for example with "# fastscore.slot.0: in-use"',
    });
  }
  const { command } = await findInterpreter(info.language, source.interpreters?.[info.language]);
  const check = await checkSource(info.language, source.source, command, options);
  assertSyntax(info.language, check);
  const slots = await describeSlots(info, source, options);
  const schemas = parseSchemas(info, slots);
  verifyCallbacks(info, check);
  const attached = await unpackAttachments(source, options.workDirectory);
  try {
    const attachedModules = [...info.attachedModules, ...(attached?.modules ?? [])];
    const { missedLibs, ...libraries } = verifyLibraries({ ...info, attachedModules }, check, source.importPolicy);
    const missed = missedLibs.map((name) => `The model goes on without '${name}', which is not installed`);
    const warnings = [...info.warnings, ...schemaWarnings(info, schemas), ...missed, ...slipsOf(info, check)];
    const snapshots = describeSnapshotRules(info.snapshots);
    return {
      source,
      info,
      interpreter: command,
      schemas,
      attached,
      report: { slots, snapshots, warnings, ...libraries },
    };
  } catch (error) {
    await discardModel({ attached });
    throw error;
  }
}

/** Removes what a model that is not used any more has on the disk. */
export async function discardModel(model: Pick<LoadedModel, 'attached'> | null): Promise<void> {
  if (model !== null && model.attached !== null) await rm(model.attached.directory, { recursive: true, force: true });
}

async function describeSlots(info: ModelInfo, source: ModelSource, options: LoadOptions): Promise<SlotDescription[]> {
  return Promise.all(
    info.slots.map(async ({ slot, schema: name, recordsets, action }) => {
      const schema = name === null ? null : await resolveSchema(name, source, options);
      return { slot, schema, recordsets, action };
    }),
  );
}

function parseSchemas(info: ModelInfo, slots: readonly SlotDescription[]): Map<number, TypedSchema> {
  const schemas = new Map<number, TypedSchema>();
  for (const { slot, schema: json } of slots) {
    if (json === null) continue;
    const name = info.slots.find((described) => described.slot === slot)?.schema;
    try {
      schemas.set(slot, typedSchema(json));
    } catch (cause) {
      throw new FastScoreError('SCHEMA_INVALID', `Schema '${name}' is not valid: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
  return schemas;
}

/** One for each schema, however many slots have it. */
function schemaWarnings(info: ModelInfo, schemas: ReadonlyMap<number, TypedSchema>): string[] {
  const found = new Set<string>();
  for (const { slot, schema: name } of info.slots) {
    const schema = schemas.get(slot);
    const warning = warningOfUnknownAttributes(schema?.json);
    if (warning !== null) found.add(`Schema '${name}' ${warning}`);
    if (schema?.type.kind === 'null') found.add(`Schema '${name}' ${fitsNullAlone(slot)}`);
  }
  return [...found];
}

const fitsNullAlone = (slot: number): string =>
  `fits null alone, every other record is rejected: a slot without a schema has no line "# fastscore.schema.${slot}"`;

/** Schemas that came with the model win over the catalog's; the names of primitive types are schemas themselves. */
async function resolveSchema(name: string, { schemas }: ModelSource, { findSchema }: LoadOptions): Promise<unknown> {
  const found = schemas?.has(name) === true ? schemas.get(name) : await findSchema(name);
  if (found !== undefined) return found;
  if (PRIMITIVES.includes(name)) return name;
  throw new FastScoreError('SCHEMA_NOT_FOUND', `schema '${name}' not found`, {
    hint: `fastscore schema add ${name} FILE`,
  });
}
