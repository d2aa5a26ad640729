import type { AddressInfo } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody, errorLine, httpStatus } from '../api/errors.ts';
import { ERROR_MEDIA_TYPE } from '../api/shapes.ts';
import type { ErrorCode } from '../core/errors.ts';
import { asFastScoreError, FastScoreError } from '../core/errors.ts';
import { masked } from '../util/masked.ts';
import { tooLarge } from './body.ts';

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
    const httpError = answerHttpError(thrown, request, reply);
    if (httpError !== null) return httpError;
    const error = asFastScoreError(thrown);
    // A request that broke off is nobody's fault here, and nobody is there to be answered.
    if (error.code === 'INTERNAL' && request.raw.errored !== thrown) {
      const what = `Request ${request.id} (${request.method} ${request.url.split('?', 1)[0]})`;
      report(masked(`${what} failed: ${stackOf(error)}`));
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
}

/** Answers an error that fastify itself raised because of the request; null for anything else. */
export function answerHttpError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  const { statusCode: status = 500, code } = thrown as Partial<FastifyError>;
  if (typeof code !== 'string' || !code.startsWith('FST_') || status >= 500) return null;
  const error =
    status === 413
      ? tooLarge(request.routeOptions.bodyLimit ?? 0)
      : new FastScoreError('BAD_INPUT', HTTP_SENTENCES[status] ?? (thrown as Error).message);
  return answerError(request, reply, error, status);
}

const HTTP_SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request is not as HTTP wants it',
  414: 'A part of the path is too long',
  415: 'The Content-Type is not one',
};

/** Answers with `error` now. @param status when it differs from the error's own */
export function answerError(
  request: FastifyRequest,
  reply: FastifyReply,
  error: FastScoreError,
  status: number = request.routeOptions.config.errorStatus?.[error.code] ?? httpStatus(error),
): FastifyReply {
  const shown = withoutCredentials(error);
  reply.code(status);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return request.headers.accept?.includes(ERROR_MEDIA_TYPE)
    ? reply.type(ERROR_MEDIA_TYPE).send(JSON.stringify(errorBody(shown)))
    : reply.type('text/plain; charset=utf-8').send(errorLine(shown));
}

/** What drivers and parsers say may quote what they were given. */
function withoutCredentials(error: FastScoreError): FastScoreError {
  const { code, hint, details } = error;
  return new FastScoreError(code, masked(error.message), {
    details: masked(details),
    ...(hint === undefined ? {} : { hint: masked(hint) }),
  });
}

/**
 * Whether the request came over a Unix socket: then it is the same user's. The server is asked, since a connection over TCP
 * has no address any more once its client has reset it.
 */
export function isLocalSocket(request: FastifyRequest): boolean {
  const { server } = request.server;
  const known = addresses.get(server);
  if (known !== undefined) return typeof known === 'string';
  const address = server.address();
  // A server listens once, and asking the system for each request takes longer than much else.
  if (address !== null) addresses.set(server, address);
  return typeof address === 'string';
}

const addresses = new WeakMap<object, string | AddressInfo>();

function stackOf(error: FastScoreError): string {
  return (error.cause instanceof Error ? error.cause.stack : error.stack) ?? error.message;
}
