import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { answerError } from './answer-errors.ts';
import type { RouteTable } from './route-table.ts';

const SHOWN_LENGTH = 200;

/**
 * Answers 404 where there is no such path, and 405 where there is, but not with the method of the request. Routes that
 * refuse, one for each path and method, would take longer to register than all others.
 */
export function answerNotFound(app: FastifyInstance, table: RouteTable): void {
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allowed = methodsAt(path, table).join(', ');
    if (allowed === '') {
      const sentence = `There is no ${request.method} ${path.slice(0, SHOWN_LENGTH)}`;
      return answerError(request, reply, new FastScoreError('ROUTE_NOT_FOUND', sentence));
    }
    reply.header('allow', allowed);
    const sentence = `${request.method} is not possible here, only ${allowed}`;
    return answerError(request, reply, new FastScoreError('ROUTE_NOT_FOUND', sentence), 405);
  });
}

/** As the router sees it: without the query, repeated slashes and a slash at the end. */
function pathOf({ url }: FastifyRequest): string {
  const path = (url.split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/');
  return path.length > 1 ? path.replace(/\/$/, '') : path;
}

function methodsAt(path: string, table: RouteTable): string[] {
  const segments = path.split('/');
  const methods = [...table]
    .filter(([url]) => isMatch(url.split('/'), segments))
    .flatMap(([, recorded]) => [...recorded.methods]);
  return [...new Set(methods)].sort();
}

function isMatch(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part === segments[index] || (part.startsWith(':') && segments[index] !== ''))
  );
}
