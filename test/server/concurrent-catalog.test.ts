import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zipOf } from '../services/clients/support/zip.ts';
import { buildServer } from './build-server.ts';

const ZIP = zipOf({ 'a.txt': 'x' });
const PYTHON = 'application/vnd.fastscore.model-python3';

const step = fc.record({
  method: fc.constantFrom('GET' as const, 'PUT' as const, 'DELETE' as const),
  url: fc.constantFrom(
    '/1/model/a',
    '/1/model/b',
    '/1/model/a/attachment/x.zip',
    '/1/model/b/attachment/x.zip',
    '/1/schema/a',
    '/1/stream/a',
    '/1/sensor/a',
  ),
  version: fc.nat({ max: 9 }),
});

test('clients that change the same things at once get answers, and never a half of one version and of another', async () => {
  const reports: string[] = [];
  const built = await buildServer({ report: (text) => reports.push(text) });
  const { app } = built;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
      const replies = await Promise.all(
        steps.map(({ method, url, version }) => {
          if (method !== 'PUT') return app.inject({ method, url });
          const isArchive = url.endsWith('.zip');
          const isModel = /model\/.$/.test(url);
          const type = isArchive ? 'application/zip' : isModel ? PYTHON : 'application/json';
          const payload = isArchive ? ZIP : JSON.stringify(`${version}`.repeat(5000));
          return app.inject({ method, url, payload, headers: { 'content-type': type } });
        }),
      );
      for (const [index, { statusCode, body, headers }] of replies.entries()) {
        const { method, url } = steps[index]!;
        expect([200, 201, 204, 404], `${method} ${url}: ${statusCode} ${body}`).toContain(statusCode);
        if (method === 'GET' && statusCode === 200 && headers['content-type'] !== 'application/zip') {
          expect(body).toMatch(/^"(\d)\1{4999}"$/);
        }
      }
    }),
    { numRuns: 20 },
  );
  expect(reports).toEqual([]);
  for (const list of ['/1/model', '/1/schema', '/1/stream', '/1/sensor']) {
    expect((await app.inject({ url: list })).statusCode).toBe(200);
  }
  await built.close();
});
