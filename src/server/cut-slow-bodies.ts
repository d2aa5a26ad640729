import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerBrokenRequest } from './answer-broken-request.ts';

/** What must have come by the end of each period, unless that is the end of the body: some 2 KiB a second. */
const LEAST_BYTES = 64 * 1024;

/**
 * Hangs up on clients whose bodies come so slowly that they may be meant to keep us busy. Large ones may take their time,
 * as long as they go on.
 * @param periodMs how long the next piece of a body may take
 */
export function cutSlowBodies(app: FastifyInstance, periodMs: number): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) {
      // A short body has come with the headers: to watch it would take longer than much else of a request.
      setImmediate(() => {
        if (!request.raw.complete) watch(request, reply, periodMs);
      });
    }
    done();
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function watch({ raw }: FastifyRequest, reply: FastifyReply, periodMs: number): void {
  const { socket } = raw;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    if (raw.complete) stop();
    // What waits here to be read does not wait for the client.
    else if (raw.readableLength === 0 && socket.bytesRead - before < LEAST_BYTES) cut();
    before = socket.bytesRead;
  }, periodMs);
  timer.unref();
  const stop = (): void => clearInterval(timer);
  const cut = (): void => {
    stop();
    if (reply.raw.headersSent) socket.destroy();
    else answerBrokenRequest(Object.assign(new Error('slow body'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  };
  reply.raw.once('close', stop);
}
