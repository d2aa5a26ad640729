import { request } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FuzzRequest } from '../server/fuzz-requests.ts';
import { fuzzRequests } from '../server/fuzz-requests.ts';
import { startServer } from '../server/start-server.ts';

const REQUESTS = 10_000;
const LONGEST_MS = 30_000;

test(`${REQUESTS} requests over loopback, odd ones among them, are all answered, and none is a failure of the server`, async () => {
  const reports: string[] = [];
  const started = await startServer('tcp', { report: (text) => reports.push(text) });
  const swagger = (await started.app.inject({ url: '/1/swagger' })).json();
  await fc.assert(
    fc.asyncProperty(fuzzRequests(swagger), async (fuzz) => {
      const status = await send(started.listening.port, fuzz);
      expect(reports).toEqual([]);
      expect(status === 504 || status < 500, String(status)).toBe(true);
    }),
    { numRuns: REQUESTS, endOnFailure: true },
  );
  await started.close();
});

/** @throws when no answer comes */
function send(port: number, { method, url, headers, payload }: FuzzRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: url, headers, timeout: LONGEST_MS }, (reply) => {
      reply.resume();
      reply.once('end', () => resolve(reply.statusCode ?? 0));
      reply.once('error', reject);
    });
    sent.once('timeout', () => sent.destroy(new Error(`No answer within ${LONGEST_MS} ms`)));
    sent.once('error', reject);
    sent.end(payload);
  });
}
