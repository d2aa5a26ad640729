import type { FastifyInstance, HTTPMethods } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { answerError } from './answer-errors.ts';
import type { RouteTable } from './route-table.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];

/** Answers 405 where a path exists, but not with the method of the request. To be called after all other routes. */
export function refuseOtherMethods(app: FastifyInstance, table: RouteTable): void {
  app.register(async (last) => {
    for (const [url, { methods }] of table) {
      const allowed = METHODS.filter((method) => methods.has(method)).join(', ');
      last.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          const sentence = `${request.method} is not possible here, only ${allowed}`;
          reply.header('allow', allowed);
          return answerError(request, reply, new FastScoreError('ROUTE_NOT_FOUND', sentence), 405);
        },
      });
    }
  });
}
