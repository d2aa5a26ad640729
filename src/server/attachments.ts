import type { FastifyInstance } from 'fastify';
import { bareMediaType } from '../api/media-types.ts';
import type { ArchiveFormat } from '../catalog/attachments.ts';
import { FastScoreError } from '../core/errors.ts';
import { acceptStreams, bodyStreamOf } from './body.ts';
import type { CatalogContext } from './catalog-context.ts';
import { putStatus } from './put-status.ts';
import type { Service } from './service.ts';

interface Params {
  model: string;
  name: string;
}

/** Clients of 1.10 compare these for equality. */
const MEDIA_TYPES: Readonly<Record<ArchiveFormat, string>> = { zip: 'application/zip', tgz: 'application/gzip' };

/** The archives that belong to a model. They are kept for those who use them elsewhere: engines do not take them. */
export const attachments: Service<CatalogContext> = {
  api: 'model-manage',
  routes(app, { catalog: { attachments: stored }, uploadLimitBytes }) {
    app.get<{ Params: Params }>(
      '/1/model/:model/attachment',
      { config: { errorStatus: { MODEL_NOT_FOUND: 403 } } },
      async ({ params }) => (await stored.list(params.model)).map(({ name }) => name),
    );

    // By itself a HEAD would read the whole file.
    app.head<{ Params: Params }>('/1/model/:model/attachment/:name', async ({ params }, reply) => {
      const { format, size } = await stored.info(params.model, params.name);
      return reply.header('content-type', MEDIA_TYPES[format]).header('content-length', size).send();
    });

    app.get<{ Params: Params }>(
      '/1/model/:model/attachment/:name',
      { exposeHeadRoute: false },
      async ({ params }, reply) => {
        const { attachment, stream } = await stored.open(params.model, params.name);
        const { format, size } = attachment;
        return reply.header('content-type', MEDIA_TYPES[format]).header('content-length', size).send(stream);
      },
    );

    app.delete<{ Params: Params }>('/1/model/:model/attachment/:name', async ({ params }, reply) => {
      await stored.remove(params.model, params.name);
      return reply.code(204).send();
    });

    app.register(async (scope: FastifyInstance) => {
      acceptStreams(scope);
      scope.put<{ Params: Params }>('/1/model/:model/attachment/:name', async (request, reply) => {
        assertArchive(request.headers['content-type'] ?? '');
        const { model, name } = request.params;
        const result = await stored.put(model, name, bodyStreamOf(request, uploadLimitBytes));
        return reply.code(putStatus(result)).send();
      });
    });
  },
};

function assertArchive(contentType: string): void {
  if (Object.values(MEDIA_TYPES).includes(bareMediaType(contentType))) return;
  throw new FastScoreError('BAD_INPUT', `Content-Type '${contentType.slice(0, 100)}' is not that of an attachment`, {
    hint: `Attachments are ${Object.values(MEDIA_TYPES).join(' or ')}`,
  });
}
