import { request } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startFleet } from '../conformance/rest/reference/fleet.ts';
import type { FuzzRequest, Swagger } from '../server/fuzz-requests.ts';
import { fuzzRequests } from '../server/fuzz-requests.ts';
import { startServer } from '../server/start-server.ts';

const REQUESTS = 10_000;
/** Some of them start an interpreter. */
const REAL_REQUESTS = 3_000;
const LONGEST_MS = 30_000;

test(`${REQUESTS} requests over loopback, odd ones among them, are all answered, and none is a failure of the server`, async () => {
  const reports: string[] = [];
  const started = await startServer('tcp', { report: (text) => void (/^Pneumo: /.test(text) || reports.push(text)) });
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

/** Streams that open nothing on this machine or beyond it. */
const HARMLESS = ['REST', 'inline', 'discard'];

test(`${REAL_REQUESTS} requests to a server with real engines: none fails it, and it works as before afterwards`, async () => {
  const fleet = await startFleet();
  const swagger = (await fleet.direct('GET', '/1/swagger')).json() as Swagger;
  const { port } = new URL(fleet.url);
  await fc.assert(
    fc.asyncProperty(fuzzRequests(withHarmlessStreams(swagger)), async (fuzz) => {
      const status = await send(Number(port), fuzz);
      expect(status === 504 || status < 500, String(status)).toBe(true);
    }),
    { numRuns: REAL_REQUESTS, endOnFailure: true },
  );
  await fleet.run('def action(x):\n    yield 3 * x\n');
  await fleet.answers(204, 'POST', 'engine-1/2/active/model/scale', { body: '1' });
  await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '7' });
  expect(await fleet.output()).toBe('21');
  await fleet.close();
});

function withHarmlessStreams(swagger: Swagger): Swagger {
  const { StreamDescriptor } = swagger.definitions;
  const { Transport } = StreamDescriptor!.properties!;
  const kept = Transport!['x-any-of']!.filter((one) =>
    HARMLESS.some((type) => JSON.stringify(one.properties?.Type ?? one).includes(type)),
  );
  const properties = { ...StreamDescriptor!.properties, Transport: { 'x-any-of': kept } };
  return {
    ...swagger,
    definitions: { ...swagger.definitions, StreamDescriptor: { ...StreamDescriptor!, properties } },
  };
}

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
