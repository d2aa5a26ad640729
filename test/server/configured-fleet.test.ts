import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { FakeEngine } from './fake-engine.ts';

/** As in the manuals of 1.10: services with their own hosts, some of them named. */
const CONFIGURATION = `
fastscore:
  fleet:
    - api: model-manage
      host: model-manage
      port: 8002
      name: catalog
    - api: engine
      host: 10.0.0.7
      port: '8003'
      name: scorer
    - api: composer
      host: composer
      port: 8010
    - api: engine
      host: engine-b
      port: 8003
`;

let built: Built;
let engines: FakeEngine[];
beforeEach(async () => {
  engines = [new FakeEngine('engine-1'), new FakeEngine('engine-2')];
  built = await buildServer({ fleet: { engines } });
});
afterEach(() => built.close());

const service = '/api/1/service';
const get = async (url: string) => {
  const { statusCode, body } = await built.app.inject({ url });
  return { status: statusCode, body: statusCode === 200 ? JSON.parse(body) : body };
};
const configure = async (payload: string) => {
  const headers = { 'content-type': 'application/x-yaml' };
  const { statusCode, body } = await built.app.inject({ method: 'PUT', url: '/1/config', headers, payload });
  return { status: statusCode, body };
};
const names = async (): Promise<string[]> =>
  (await get('/1/connect')).body.map(({ name }: { name: string }) => name) as string[];

test('instances have the names that a configuration gives them, in its order; who has one of these keeps it', async () => {
  expect((await configure(CONFIGURATION)).status).toBe(201);
  expect(await names()).toEqual(['scorer', 'engine-2', 'catalog']);
  const shown = (await get('/1/config?q=fleet')).body as { name: string }[];
  expect(shown.map(({ name }) => name)).toEqual(['catalog', 'scorer', 'composer-1', 'engine-2']);
});

test('they answer to these names and to their own', async () => {
  await configure(CONFIGURATION);
  engines[0]!.become('running');
  for (const name of ['scorer', 'engine-1']) {
    expect((await get(`${service}/${name}/2/engine/state`)).body).toEqual({ state: 'running' });
    expect((await get(`${service}/${name}/2/active/sensor/points`)).status).toBe(200);
  }
  expect((await get(`${service}/engine-2/2/engine/state`)).body).toEqual({ state: 'init' });
  expect((await get(`${service}/catalog/1/model`)).body).toEqual([]);
  const ids = await Promise.all(
    ['scorer', 'engine-1'].map(async (name) => (await get(`${service}/${name}/1/health`)).body.id),
  );
  expect(new Set(ids).size).toBe(1);
  expect((await get(`${service}/scorer/1/model`)).body).toMatch(/^scorer is of api engine/);
  expect((await get(`${service}/nobody/1/health`)).body).toBe(
    "There is no instance 'nobody' (The fleet has connect, catalog, scorer, engine-2)",
  );
});

test('Pneumo tells that they are up, and speaks of them by these names', async () => {
  await configure(CONFIGURATION);
  engines[0]!.become('running');
  const messages = (await get('/2/pneumo')).body as Record<string, string>[];
  const healthy = messages.filter(({ type }) => type === 'health').map(({ instance }) => instance);
  expect(healthy.slice(-3)).toEqual(['catalog', 'scorer', 'engine-2']);
  for (const src of ['scorer', 'engine-1']) {
    expect((await get(`/2/pneumo?src=${src}&type=engine-state`)).body).toMatchObject([{ src: 'scorer' }]);
  }
});

test('so do the metrics', async () => {
  await configure(CONFIGURATION);
  const { body } = await built.app.inject({ url: '/metrics' });
  expect(body).toMatch(/engine="scorer"/);
  expect(body).not.toMatch(/engine="engine-1"/);
});

test('a configuration without names leaves them as they are, and takes back those of the one before', async () => {
  await configure(CONFIGURATION);
  expect((await configure('fastscore: {fleet: [{api: engine, host: h, port: 1}]}')).status).toBe(204);
  expect(await names()).toEqual(['engine-1', 'engine-2', 'model-manage-1']);
  expect((await get(`${service}/scorer/1/health`)).status).toBe(404);
});

test.each([
  [
    '{api: engine}, {api: engine}, {api: engine}',
    /^The configuration has 3 instances of api engine, this server has 2/,
  ],
  ['{api: model-manage}, {api: model-manage}', /^The configuration has 2 instances of api model-manage/],
  ['{api: engine, name: a}, {api: engine, name: a}', /^Two instances have the name 'a'/],
  ['{api: engine, name: connect}', /^Two instances have the name 'connect'/],
  ['{api: engine, name: a/b}', /^"a\/b" is no name for an instance/],
  ['{api: engine, name: [a]}', /^\["a"\] is no name for an instance/],
])('the fleet %s is refused, and nothing changes', async (fleet, problem) => {
  await configure(CONFIGURATION);
  const refused = await configure(`fastscore: {fleet: [${fleet}]}`);
  expect(refused).toEqual({ status: 400, body: expect.stringMatching(problem) });
  expect(await names()).toEqual(['scorer', 'engine-2', 'catalog']);
  expect((await get('/1/config?q=fleet')).body).toHaveLength(4);
});

test('a server may begin with a configuration', async () => {
  const configuration = { fastscore: { fleet: [{ api: 'engine', name: 'scorer', host: 'h', port: 1 }] } };
  const configured = await buildServer({ configuration });
  try {
    const { body } = await configured.app.inject({ url: '/1/connect?api=engine&return=name' });
    expect(JSON.parse(body)).toEqual([{ name: 'scorer' }]);
    expect((await configured.app.inject({ url: '/1/config' })).statusCode).toBe(200);
  } finally {
    await configured.close();
  }
});
