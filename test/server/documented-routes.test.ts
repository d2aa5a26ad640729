import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SERVICE_BASE } from '../../src/api/paths.ts';
import { packageRoot } from '../../src/util/package-root.ts';
import { release } from '../../src/util/release.ts';
import { buildServer } from './build-server.ts';

const HEADINGS = { 'All instances': null, Connect: 'connect', 'Model Manage': 'model-manage', Engine: 'engine' };

/** `engine GET /1/job/status` for each line of a table in docs/rest-api.md. */
async function documented(): Promise<string[]> {
  const text = await readFile(join(packageRoot, 'docs', 'rest-api.md'), 'utf8');
  return Object.entries(HEADINGS).flatMap(([heading, api]) => {
    const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/^\| ([A-Z]+) \| `([^`]+)` \|/gm)].map(
      ([, method, path]) => `${api} ${method} ${path}`,
    );
  });
}

test('docs/rest-api.md lists exactly the paths and methods of the server', async () => {
  const built = await buildServer();
  await built.app.ready();
  const registered = (prefix: string) =>
    [...built.server.routes]
      .filter(
        ([path]) => path.startsWith(`${prefix}/1/`) || path.startsWith(`${prefix}/2/`) || path === `${prefix}/metrics`,
      )
      .flatMap(([path, { api, methods }]) =>
        [...methods]
          .filter((method) => method !== 'HEAD')
          .map((method) => `${api} ${method} ${path.slice(prefix.length)}`),
      )
      .sort();
  expect((await documented()).sort()).toEqual(registered(''));
  expect(registered(`${SERVICE_BASE}/:instance`)).toEqual(registered(''));
  await built.close();
});

test('every GET answers HEAD, but that of output', async () => {
  const built = await buildServer();
  await built.app.ready();
  const without = [...built.server.routes].filter(([, { methods }]) => methods.has('GET') && !methods.has('HEAD'));
  expect(without.map(([path]) => path.replace(/^.*(?=\/1\/)/, ''))).toEqual([
    '/1/job/output',
    '/1/job/output/:slot',
    '/1/job/output',
    '/1/job/output/:slot',
  ]);
  await built.close();
});

test('the Swagger document of an instance has its own paths and those of all', async () => {
  const built = await buildServer();
  const swaggerAt = async (path: string) => (await built.app.inject({ url: `${path}/1/swagger` })).json();
  const engine = await swaggerAt(`${SERVICE_BASE}/engine-1`);
  expect(engine).toMatchObject({
    swagger: '2.0',
    info: { title: 'fastscore engine-1', version: release },
    basePath: '/api/1/service/engine-1',
  });
  expect(Object.keys(engine.paths)).toContain('/1/health');
  expect(Object.keys(engine.paths)).not.toContain('/1/model');
  expect(engine.paths['/2/active/model/roundtrip/{in}/{out}']).toEqual({
    parameters: [
      { name: 'in', in: 'path', required: true, type: 'integer' },
      { name: 'out', in: 'path', required: true, type: 'integer' },
    ],
    post: {
      consumes: ['application/octet-stream'],
      produces: ['application/octet-stream'],
      parameters: [
        { name: 'timeout', in: 'query', type: 'number', minimum: 0, maximum: 600 },
        { name: 'body', in: 'body', required: true, schema: { type: 'string', format: 'binary' } },
      ],
      responses: {
        200: { description: expect.any(String), schema: { type: 'string', format: 'binary' } },
        default: { $ref: '#/responses/Error' },
      },
    },
  });
  const direct = await swaggerAt('');
  expect(direct.basePath).toBe('/');
  expect(Object.keys(direct.paths)).toEqual(expect.arrayContaining(['/1/model', '/1/connect', '/1/job/status']));
  expect((await built.app.inject({ url: `${SERVICE_BASE}/nobody/1/swagger` })).statusCode).toBe(404);
  await built.close();
});
