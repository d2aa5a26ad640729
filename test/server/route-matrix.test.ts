import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE_BASE } from '../../src/api/paths.ts';
import { OPERATIONS } from '../../src/server/openapi/operations.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'] as const;

let built: Built;
beforeAll(async () => {
  built = await buildServer();
  await built.app.ready();
  const payload = '"int"';
  await built.app.inject({ method: 'POST', url: '/2/active/schema/verify', payload });
});
afterAll(() => built.close());

const filled = (path: string): string => path.replace(/:\w+/g, '1');
/** Behind the path of an instance there are the same handlers. */
const paths = () =>
  [...built.server.routes.keys(), `${SERVICE_BASE}/connect/1/connect`, '/nothing/here']
    .filter((path) => !path.startsWith(`${SERVICE_BASE}/:instance`))
    .map(filled);

describe.each([
  ['a foreign Host', { host: 'evil.example' }, 421],
  ['a foreign Host that ends like ours', { host: 'localhost.evil.example' }, 421],
  ['a foreign Origin', { origin: 'https://evil.example' }, 403],
  ['the Origin of a file', { origin: 'null' }, 403],
  ['word of another site', { 'sec-fetch-site': 'cross-site' }, 403],
])('with %s', (_, headers, status) => {
  test(`every path and method answers ${status}`, async () => {
    for (const url of paths()) {
      for (const method of METHODS) {
        const reply = await built.app.inject({ method, url, headers });
        expect([method, url, reply.statusCode]).toEqual([method, url, status]);
        expect(reply.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
  });
});

describe.each([
  'text/plain',
  'multipart/form-data; boundary=b',
  'application/x-www-form-urlencoded',
  'application/xml',
  'image/png',
])('a body of type %s', (type) => {
  test('is refused wherever JSON is wanted', async () => {
    const wanting = Object.entries(OPERATIONS).filter(([, { consumes = [] }]) => consumes.includes('application/json'));
    // Older clients send models of one type as JSON.
    const strict = wanting.filter(([operation]) => !operation.endsWith('/model/:model'));
    expect(strict.length).toBeGreaterThan(15);
    for (const [operation] of strict) {
      const [method, path] = operation.split(' ') as ['PUT' | 'POST', string];
      const url = `${filled(path)}${/cell$|pool\/:pool$/.test(path) ? '?name=x&item=x' : ''}`;
      const reply = await built.app.inject({ method, url, payload: '{}', headers: { 'content-type': type } });
      expect([operation, reply.statusCode]).toEqual([operation, 415]);
    }
  });
});
