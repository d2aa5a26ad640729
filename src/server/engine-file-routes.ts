import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { acceptStreams, bodyStreamOf } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { putStatus } from './put-status.ts';
import { queryValue } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

/** (2.0) What `engine put` of the Go command line of 1.10 did for the file system of a container. */
export const engineFileRoutes: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, engineFiles, uploadLimitBytes }) {
    const engineOf = (request: FastifyRequest): string => fleet.engine(instanceOf(request)).name;

    app.get('/2/engine/file', async (request) => engineFiles.list(engineOf(request)));

    app.delete('/2/engine/file', async (request, reply) => {
      await engineFiles.remove(engineOf(request), pathOf(request));
      return reply.code(204).send();
    });

    app.register(async (scope: FastifyInstance) => {
      acceptStreams(scope);
      scope.put('/2/engine/file', async (request, reply) => {
        const body = bodyStreamOf(request, uploadLimitBytes);
        return reply.code(putStatus(await engineFiles.put(engineOf(request), pathOf(request), body))).send();
      });
    });
  },
};

function pathOf(request: FastifyRequest): string {
  const path = queryValue(request, 'path');
  if (path !== undefined) return path;
  throw new FastScoreError('BAD_INPUT', "'path' is missing: where the file is in the working directory of models");
}
