import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildServer } from './build-server.ts';
import { fuzzRequests } from './fuzz-requests.ts';

const REQUESTS = 500;

test('whatever is asked of any path, the answer is no failure of the server, and says in one line what is wrong', async () => {
  const reports: string[] = [];
  const built = await buildServer({ report: (text) => void (/^Pneumo: /.test(text) || reports.push(text)) });
  const swagger = (await built.app.inject({ url: '/1/swagger' })).json();
  await fc.assert(
    fc.asyncProperty(fuzzRequests(swagger), async (request) => {
      const { statusCode, body, headers } = await built.app.inject(request);
      expect(reports).toEqual([]);
      expect(statusCode === 504 || statusCode < 500, `${statusCode} ${body}`).toBe(true);
      if (statusCode < 400 || request.method === 'HEAD') return;
      expect(body).not.toContain(built.folder);
      if (String(headers['content-type']).startsWith('text/')) expect(body).toMatch(/^[^\n]{3,}$/);
      else expect(JSON.parse(body)).toMatchObject({ error: expect.any(String), code: expect.any(String) });
    }),
    { numRuns: REQUESTS },
  );
  await built.close();
});
