import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, errorLine, httpStatus } from '../api/errors.ts';
import { ERROR_MEDIA_TYPE } from '../api/shapes.ts';
import type { ErrorCode } from '../core/errors.ts';
import { asFastScoreError, FastScoreError } from '../core/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where FastScore 1.10 answers an error of this route with another status than elsewhere. */
    errorStatus?: Partial<Record<ErrorCode, number>>;
  }
}

/**
 * One place turns whatever a handler throws into an answer: JSON for our own clients, one line of text for others, which
 * show it to people verbatim.
 * @param report told of errors that are our fault; clients over TCP get no more of them than the id of the request
 */
export function answerErrors(app: FastifyInstance, report: (text: string) => void): void {
  app.setErrorHandler<FastifyError | FastScoreError>((thrown, request, reply) => {
    const status = statusOfHttpError(thrown);
    if (status !== null) {
      const error = new FastScoreError('BAD_INPUT', sentenceOfHttpError(thrown as FastifyError, status));
      return answerError(request, reply, error, status);
    }
    const error = asFastScoreError(thrown);
    if (error.code === 'INTERNAL') {
      report(`Request ${request.id} (${request.method} ${request.url}) failed: ${stackOf(error)}`);
      if (!isLocalSocket(request)) {
        return answerError(
          request,
          reply,
          new FastScoreError('INTERNAL', `The server failed at request ${request.id}`),
        );
      }
    }
    return answerError(request, reply, error);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0];
    return answerError(request, reply, new FastScoreError('ROUTE_NOT_FOUND', `There is no ${request.method} ${path}`));
  });
}

/** Answers with `error` now. @param status when it differs from the error's own */
export function answerError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: FastScoreError,
  status: number = request.routeOptions.config.errorStatus?.[error.code] ?? httpStatus(error),
): FastifyReply {
  reply.code(status);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return request.headers.accept?.includes(ERROR_MEDIA_TYPE)
    ? reply.type(ERROR_MEDIA_TYPE).send(JSON.stringify(errorBody(error)))
    : reply.type('text/plain; charset=utf-8').send(errorLine(error));
}

/** Whether the request came over a Unix socket: then it is the same user's. */
export function isLocalSocket(request: FastifyRequest): boolean {
  return request.socket.remoteAddress === undefined;
}

/** Status of an error that fastify itself raised because of the request, null for anything else. */
function statusOfHttpError(thrown: unknown): number | null {
  const { statusCode, code } = thrown as Partial<FastifyError>;
  return typeof code === 'string' && code.startsWith('FST_') && statusCode !== undefined && statusCode < 500
    ? statusCode
    : null;
}

function sentenceOfHttpError(error: FastifyError, status: number): string {
  if (status === 413) return 'The body is larger than this path allows';
  if (status === 415) return 'The Content-Type is not one';
  return `${error.message}`;
}

function stackOf(error: FastScoreError): string {
  return (error.cause instanceof Error ? error.cause.stack : error.stack) ?? error.message;
}
