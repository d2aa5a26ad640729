import type { FastifyRequest } from 'fastify';
import { parseDisposition } from '../api/disposition.ts';
import { bareMediaType, modelTypeOf } from '../api/media-types.ts';
import type { Attachments } from '../catalog/attachments.ts';
import { assertName } from '../catalog/names.ts';
import { FastScoreError } from '../core/errors.ts';
import type { ModelSource } from '../engine/types.ts';
import { AttachedParts } from './attached-parts.ts';
import { bytesOf, parseJson, utf8Of } from './body.ts';
import type { Part } from './multipart.ts';
import { collectPart, readMultipart } from './multipart.ts';

/** For clients that send a model without its name. */
const DEFAULT_NAME = 'model';
const SLICE_BYTES = 64 * 1024;

/**
 * Calls `use` with the model in the body of PUT /1/job/model: the source alone, or `multipart/mixed` with attachments and
 * schemas before it. The files of attachments are there until `use` is done.
 */
export async function withModelBody<T>(
  request: FastifyRequest,
  stored: Attachments,
  use: (model: ModelSource) => Promise<T>,
): Promise<T> {
  const contentType = request.headers['content-type'] ?? '';
  const body = bytesOf(request);
  if (!bareMediaType(contentType).startsWith('multipart/')) {
    const { name } = parseDisposition(request.headers['content-disposition'] ?? '');
    return use(modelSource(name, contentType, body));
  }
  const attached = new AttachedParts(stored);
  try {
    const model = await readParts(body, contentType, attached);
    return await use({ ...model, attachments: await attached.of(model.name) });
  } finally {
    await attached.close();
  }
}

/** The model's type, told by its Content-Type. @throws FastScoreError MODEL_TYPE_UNKNOWN */
export function modelTypeOfContent(contentType: string): string {
  const mtype = modelTypeOf(contentType);
  if (mtype !== undefined) return mtype;
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', `Content-Type '${contentType.slice(0, 100)}' is not that of a model`);
}

async function readParts(body: Buffer, contentType: string, attached: AttachedParts): Promise<ModelSource> {
  const schemas = new Map<string, unknown>();
  let model: ModelSource | undefined;
  for await (const part of readMultipart(slicesOf(body), contentType)) {
    const partType = part.headers.get('content-type') ?? '';
    const { kind, name } = parseDisposition(part.headers.get('content-disposition') ?? '');
    if (kind === 'x-schema') {
      const [schemaName, schema] = await readSchema(part, name);
      schemas.set(schemaName, schema);
    } else if (kind === 'x-model' || (kind === '' && modelTypeOf(partType) !== undefined)) {
      model = modelSource(name, partType, await collectPart(part));
    } else {
      await attached.add(part);
    }
  }
  if (model === undefined) throw new FastScoreError('BAD_INPUT', 'The multipart body has no x-model part');
  return { ...model, schemas };
}

async function readSchema(part: Part, name: string | null): Promise<[string, unknown]> {
  if (name === null) throw new FastScoreError('BAD_INPUT', 'An x-schema part has no name');
  assertName('schema', name);
  return [name, parseJson((await collectPart(part)).toString('utf8'), `Schema '${name}'`)];
}

function modelSource(name: string | null, contentType: string, body: Buffer): ModelSource {
  const known = name ?? DEFAULT_NAME;
  assertName('model', known);
  return { name: known, mtype: modelTypeOfContent(contentType), source: utf8Of(body) };
}

/** The reader of the parts copies what it holds: it gets little at a time. */
async function* slicesOf(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += SLICE_BYTES) yield body.subarray(at, at + SLICE_BYTES);
}
