import type { FastifyInstance, FastifyRequest } from 'fastify';
import { JSON_MEDIA_TYPE, modelMediaType } from '../api/media-types.ts';
import type { Documents } from '../catalog/documents.ts';
import { FastScoreError } from '../core/errors.ts';
import { parseModelType } from '../model/types.ts';
import { isMasked, maskedJson, unmasked } from '../util/masked.ts';
import { bytesOf, jsonTextOf, parseJson, SOURCE_LIMIT_BYTES, utf8Of } from './body.ts';
import type { CatalogContext } from './catalog-context.ts';
import { modelTypeOfContent } from './model-body.ts';
import { putStatus } from './put-status.ts';
import { queryValue } from './query.ts';
import type { Service } from './service.ts';

interface OfModel {
  Params: { model: string };
}

interface Named {
  Params: { name: string };
}

/** Models, schemas, streams and sensors by name. */
export const modelManage: Service<CatalogContext> = {
  api: 'model-manage',
  routes(app, { catalog }) {
    const { models } = catalog;

    app.get('/1/model', { config: { errorStatus: { BAD_INPUT: 403 } } }, async (request) => {
      const wanted = queryValue(request, 'return');
      if (wanted !== undefined && wanted !== 'type') {
        throw new FastScoreError('BAD_INPUT', `'return' in the query may be type, not '${wanted}'`);
      }
      const stored = await models.list();
      return wanted === 'type'
        ? stored.map(({ name, mtype }) => ({ name, type: mtype }))
        : stored.map(({ name }) => name);
    });

    app.get<OfModel>('/1/model/:model', async (request, reply) => {
      const { source, mtype } = await models.get(request.params.model);
      // Clients compare the media type for equality: no charset.
      return reply.header('content-type', modelMediaType(mtype)).send(isPythonSdk(request) ? shielded(source) : source);
    });

    app.put<OfModel>('/1/model/:model', { bodyLimit: SOURCE_LIMIT_BYTES }, async (request, reply) => {
      const contentType = request.headers['content-type'] ?? '';
      const mtype = parseModelType(modelTypeOfContent(contentType));
      const body = utf8Of(bytesOf(request));
      const source = /json/i.test(contentType) ? unwrapped(body) : body;
      return reply.code(putStatus(await models.put(request.params.model, mtype, source))).send();
    });

    app.delete<OfModel>('/1/model/:model', async (request, reply) => {
      await models.remove(request.params.model);
      return reply.code(204).send();
    });

    documentRoutes(app, 'schema', catalog.schemas, { clean: schemaText });
    documentRoutes(app, 'stream', catalog.streams, {
      clean: async (text, name) => withSecrets(text, await storedStream(catalog.streams, name)),
      show: maskedJson,
    });
    documentRoutes(app, 'sensor', catalog.sensors, {});
  },
};

interface DocumentTexts {
  /** What of a body that is JSON is to be stored. */
  clean?(text: string, name: string): string | Promise<string>;
  show?(text: string): string;
}

function documentRoutes(app: FastifyInstance, kind: string, documents: Documents, texts: DocumentTexts): void {
  const { clean = (text: string) => text, show = (text: string) => text } = texts;
  app.get(`/1/${kind}`, () => documents.list());

  app.get<Named>(`/1/${kind}/:name`, async (request, reply) =>
    reply.type(JSON_MEDIA_TYPE).send(show(await documents.get(request.params.name))),
  );

  app.put<Named>(`/1/${kind}/:name`, async (request, reply) => {
    const text = jsonTextOf(request, `The ${kind}`);
    parseJson(text, `The ${kind}`);
    const { name } = request.params;
    return reply.code(putStatus(await documents.put(name, await clean(text, name)))).send();
  });

  app.delete<Named>(`/1/${kind}/:name`, async (request, reply) => {
    await documents.remove(request.params.name);
    return reply.code(204).send();
  });
}

/** Who changes a stream has seen it with stars in the place of its secrets: these stay as they are. */
function withSecrets(text: string, stored: unknown): string {
  const value: unknown = JSON.parse(text);
  if (!isMasked(value)) return text;
  const known = unmasked(value, stored);
  if (!isMasked(known)) return JSON.stringify(known, null, 2);
  throw new FastScoreError('BAD_DESCRIPTOR', 'The stream has stars in the place of a secret', {
    hint: 'Send the secret again, or a reference such as secret://NAME: it is kept only where its Transport stays as it is',
  });
}

async function storedStream(streams: Documents, name: string): Promise<unknown> {
  return (await streams.list()).includes(name) ? JSON.parse(await streams.get(name)) : null;
}

/** The SDK of 1.10 sends a source of a JSON type as a JSON string that holds it; others send it as it is. */
function unwrapped(body: Buffer): Buffer {
  const value = jsonOrUndefined(body.toString('utf8'));
  return typeof value === 'string' ? Buffer.from(value) : body;
}

function isPythonSdk(request: FastifyRequest): boolean {
  return /^Swagger-Codegen\/.*\/python/i.test(request.headers['user-agent'] ?? '');
}

/** The SDK of 1.10 parses whatever is JSON, and would give its caller a Python object for a source. */
function shielded(source: Buffer): Buffer {
  const text = source.toString('utf8');
  return jsonOrUndefined(text) === undefined ? source : Buffer.from(JSON.stringify(text));
}

/** Users of the SDK store schemas as texts that hold JSON. The name of a type stays a string. */
function schemaText(text: string): string {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'string') return text;
  const inner = jsonOrUndefined(value);
  const isSchema = typeof inner === 'string' || (typeof inner === 'object' && inner !== null);
  return isSchema ? value : text;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
