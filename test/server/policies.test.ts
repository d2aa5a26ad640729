import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeEach(async () => {
  built = await buildServer();
});
afterEach(() => built.close());

const typeOf = (mtype: string) => `application/vnd.fastscore.import-policy-${mtype}`;
const set = (payload: string, mtype = 'python3', query = '') =>
  built.app.inject({
    method: 'PUT',
    url: `/api/1/service/engine-1/1/policy?preinstall=False${query}`,
    payload,
    headers: { 'content-type': typeOf(mtype) },
  });
const show = (mtype: string) => built.app.inject({ url: '/1/policy', headers: { accept: typeOf(mtype) } });

test('a policy is shown as it was set, by type', async () => {
  expect((await show('python3')).body).toBe('');
  expect((await set('# mine\nnumpy: install\n')).statusCode).toBe(201);
  expect((await show('python3')).body).toBe('# mine\nnumpy: install\n');
  expect((await show('r')).body).toBe('');
});

test('models are checked with the policy of their type', async () => {
  await set('numpy: install\nos: {policy: prohibit, command: x}\n');
  const verify = (mtype: string) =>
    built.app.inject({
      method: 'PUT',
      url: '/1/job/model?dry-run=True',
      payload: 'x',
      headers: { 'content-type': `application/vnd.fastscore.model-${mtype}` },
    });
  await verify('python3');
  expect(Object.fromEntries(built.engine.verified!.importPolicy!)).toEqual({ numpy: 'install', os: 'prohibit' });
  await verify('r');
  expect(built.engine.verified!.importPolicy).toBeUndefined();
});

test.each(['- a', 'numpy: maybe', 'numpy: 7', 'a: b: c', 'numpy: {policy: x}'])('%j is refused', async (text) => {
  expect((await set(text)).statusCode).toBe(400);
  expect((await show('python3')).body).toBe('');
});

test('another type and none are refused', async () => {
  expect((await set('a: warn', 'sas')).statusCode).toBe(400);
  expect((await built.app.inject({ url: '/1/policy' })).statusCode).toBe(400);
});

const preinstall = (payload: string, mtype = 'python3') =>
  built.app.inject({
    method: 'PUT',
    url: '/1/policy?preinstall=True',
    payload,
    headers: { 'content-type': typeOf(mtype) },
  });

test('what is there already needs no installing, and once per engine is all', async () => {
  expect((await preinstall('json: install\nnumpy: warn\n')).statusCode).toBe(201);
  expect((await show('python3')).body).toBe('json: install\nnumpy: warn\n');
  const again = await preinstall('json: install\n');
  expect([again.statusCode, again.body]).toEqual([400, expect.stringMatching(/once is all/)]);
  expect((await set('json: install\n')).statusCode).toBe(201);
});

test.each([
  ['java', 'gson: install', /installs no libraries for models of type java/],
  ['python3', '"-rx": install', /no name of a library/],
  ['python3', '../x: install', /no name of a library/],
])('for %s, preinstalling %j is refused, and can be done better', async (mtype, text, sentence) => {
  const reply = await preinstall(text, mtype);
  expect([reply.statusCode, reply.body]).toEqual([400, expect.stringMatching(sentence)]);
  expect((await show(mtype)).body).toBe('');
  expect((await preinstall('json: install')).statusCode).toBe(201);
});
