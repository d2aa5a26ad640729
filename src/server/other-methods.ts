import type { FastifyInstance, HTTPMethods } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { answerError } from './answer-errors.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];

/**
 * Answers 405 where a path exists, but not with the method of the request.
 * @param register registers the routes that this is about
 */
export function refuseOtherMethods(app: FastifyInstance, register: () => void): void {
  const taken = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  register();
  app.register(async (last) => {
    for (const [url, methods] of [...taken]) {
      const allowed = METHODS.filter((method) => methods.has(method));
      last.route({
        method: METHODS.filter((method) => !methods.has(method)),
        url,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          const sentence = `${request.method} is not possible here, only ${allowed.join(', ')}`;
          reply.header('allow', allowed.join(', '));
          return answerError(request, reply, new FastScoreError('ROUTE_NOT_FOUND', sentence), 405);
        },
      });
    }
  });
}
