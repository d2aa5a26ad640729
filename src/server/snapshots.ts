import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BYTES_MEDIA_TYPE, bareMediaType, JSON_MEDIA_TYPE } from '../api/media-types.ts';
import { multipartMediaType, newBoundary, writeMultipart } from '../api/multipart.ts';
import { assertName } from '../catalog/names.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Snapshot } from '../core/snapshot/format.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import { acceptStreams, bodyStreamOf } from './body.ts';
import { sendBytes } from './byte-range.ts';
import type { CatalogContext } from './catalog-context.ts';
import { readMultipart } from './multipart.ts';
import { queryCount, queryFlag, queryValue } from './query.ts';
import type { Service } from './service.ts';
import { openSnapshotSource, verified } from './snapshot-source.ts';

interface Params {
  model: string;
  id: string;
}

/** The snapshots of a model. `:id` is any beginning of an id that only one snapshot of the model has. */
export const snapshots: Service<CatalogContext> = {
  api: 'model-manage',
  routes(app, context) {
    const repository = context.snapshots;
    app.addHook('onRequest', async ({ params }) => {
      const { model, id } = params as Partial<Params>;
      if (model !== undefined) assertName('model', model);
      if (id !== undefined) assertName('snapshot', id);
    });

    app.get<{ Params: Params }>(
      '/1/model/:model/snapshot',
      { config: { errorStatus: { MODEL_NOT_FOUND: 403 } } },
      async (request) => {
        const { model } = request.params;
        const count = queryCount(request, 'count', { from: 0, to: Number.MAX_SAFE_INTEGER });
        const found = await repository.list(model, {
          ...(count === undefined ? {} : { count }),
          ...dateRange(request),
        });
        if (found.length === 0) await context.catalog.models.info(model);
        return found;
      },
    );

    app.get<{ Params: Params }>('/1/model/:model/snapshot/:id', async (request, reply) => {
      const { model, id } = request.params;
      const info = await repository.find(model, id);
      const boundary = newBoundary();
      const body = writeMultipart(
        [
          { contentType: JSON_MEDIA_TYPE, disposition: 'x-metadata', body: Buffer.from(JSON.stringify(info)) },
          { contentType: BYTES_MEDIA_TYPE, disposition: 'x-contents', body: contentsOf(repository, model, info.id) },
        ],
        boundary,
      );
      return reply.type(multipartMediaType(boundary)).send(Readable.from(body, { objectMode: false }));
    });

    app.get<{ Params: Params }>('/1/model/:model/snapshot/:id/metadata', async ({ params: { model, id: prefix } }) => {
      const info = await repository.find(model, prefix);
      const sha256 = await repository.sha256Of(model, info.id, info.size);
      return sha256 === null ? info : { ...info, sha256, own: await repository.isOwn(model, sha256) };
    });

    app.get<{ Params: Params }>('/1/model/:model/snapshot/:id/contents', async (request, reply) => {
      const { model, id } = request.params;
      const info = await repository.find(model, id);
      return sendBytes(request, reply, {
        contentType: BYTES_MEDIA_TYPE,
        size: info.size,
        open: (range) => repository.open(model, info.id, range),
      });
    });

    app.delete<{ Params: Params }>('/1/model/:model/snapshot/:id', async (request, reply) => {
      await repository.remove(request.params.model, request.params.id);
      return reply.code(204).send();
    });

    app.put<{ Params: Params }>('/1/model/:model/snapshot/:id/pin', ({ params }) =>
      repository.pin(params.model, params.id, true),
    );

    app.delete<{ Params: Params }>('/1/model/:model/snapshot/:id/pin', ({ params }) =>
      repository.pin(params.model, params.id, false),
    );

    app.post<{ Params: Params }>('/1/model/:model/snapshot/prune', (request) => {
      const keep = queryCount(request, 'keep', { from: 0, to: Number.MAX_SAFE_INTEGER });
      if (keep === undefined) throw new FastScoreError('BAD_INPUT', "The query must say how many stay: 'keep'");
      return repository.prune(request.params.model, { keep });
    });

    app.register(async (scope: FastifyInstance) => {
      acceptStreams(scope);
      scope.put<{ Params: Params }>('/1/model/:model/snapshot/:id', async (request, reply) => {
        await importSnapshot(request as FastifyRequest<{ Params: Params }>, context);
        return reply.code(201).send();
      });
    });
  },
};

/** Opened when somebody reads it: a client may be gone before. */
async function* contentsOf(repository: SnapshotRepository, model: string, id: string): AsyncGenerator<Buffer> {
  yield* await repository.open(model, id);
}

/** The body is the contents, or has them as a part of `multipart/mixed` or `multipart/form-data` beside the metadata. */
async function importSnapshot(request: FastifyRequest<{ Params: Params }>, context: CatalogContext): Promise<void> {
  const contentType = request.headers['content-type'] ?? '';
  const body = bodyStreamOf(request, context.uploadLimitBytes);
  if (!bareMediaType(contentType).startsWith('multipart/')) return saveContents(request, body, context);
  for await (const part of readMultipart(body, contentType)) {
    // The header of the contents says all that the metadata could.
    if (bareMediaType(part.headers.get('content-type') ?? '') === JSON_MEDIA_TYPE) continue;
    return saveContents(request, part.body, context);
  }
  throw new FastScoreError('BAD_INPUT', 'The multipart body has no contents of a snapshot');
}

async function saveContents(
  request: FastifyRequest<{ Params: Params }>,
  contents: AsyncIterable<Buffer>,
  { snapshots: repository }: CatalogContext,
): Promise<void> {
  const { model, id } = request.params;
  const isTrusted = queryFlag(request, 'trust');
  const { header, bytes } = await openSnapshotSource(contents);
  // Later a restore from the catalog asks no more where a snapshot came from.
  const check = ({ hasNative }: Snapshot): void => {
    if (hasNative && !isTrusted) throw untrusted(id);
  };
  await repository.save(model, id, verified(bytes, check), { created: new Date(header.created) });
}

function untrusted(id: string): FastScoreError {
  return new FastScoreError(
    'SNAPSHOT_UNTRUSTED',
    `Snapshot '${id}' has values that run code of their language when a model reads them`,
    {
      hint: 'If you know where it comes from, import it again and say that it is to be trusted (--trust; trust=true over REST)',
    },
  );
}

/** `date-range` is `<from>--<to>`, ISO 8601, either side may be empty. A day without a time is the whole day. */
function dateRange(request: FastifyRequest): { since?: Date; until?: Date } {
  const text = queryValue(request, 'date-range');
  if (text === undefined) return {};
  const middle = text.indexOf('--');
  if (middle < 0) throw new FastScoreError('BAD_INPUT', "'date-range' in the query must be <from>--<to>");
  const [from, to] = [text.slice(0, middle), text.slice(middle + 2)];
  return {
    ...(from === '' ? {} : { since: dateOf(from, '00:00:00Z') }),
    ...(to === '' ? {} : { until: dateOf(to, '23:59:59.999Z') }),
  };
}

function dateOf(text: string, timeOfDay: string): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  // A plus sign that was not encoded has become a blank.
  const date = new Date(isDay ? `${text}T${timeOfDay}` : text.replace(' ', '+'));
  if (/^\d{4}-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new FastScoreError('BAD_INPUT', `'${text}' is not a date`, {
    hint: 'Dates look like 2026-03-01 or 2026-03-01T08:30:00Z',
  });
}
