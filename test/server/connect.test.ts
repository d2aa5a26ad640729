import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { release } from '../../src/util/release.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeEach(async () => {
  built = await buildServer();
});
afterEach(() => built.close());

const get = async (url: string) => {
  const { statusCode, body } = await built.app.inject({ url });
  return { status: statusCode, body: statusCode === 200 ? JSON.parse(body) : body };
};
const service = '/api/1/service';

describe('addressing', () => {
  test('the same routes answer directly and below the path of a proxy', async () => {
    for (const url of ['/1/health', `${service}/connect/1/health`, `${service}/engine-1/1/health`]) {
      expect((await get(url)).body, url).toMatchObject({ release, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    }
  });

  test('each instance has its own id', async () => {
    const ids = await Promise.all(
      ['connect', 'model-manage-1', 'engine-1'].map(async (name) => (await get(`${service}/${name}/1/health`)).body.id),
    );
    expect(new Set(ids).size).toBe(3);
  });

  test('repeated slashes and a slash at the end do no harm', async () => {
    expect((await get(`/${service}/connect//1/connect/`)).status).toBe(200);
  });

  test('an unknown instance is not found, and the answer names those there are', async () => {
    const { status, body } = await get(`${service}/engine-9/2/engine/state`);
    expect(status).toBe(404);
    expect(body).toBe("There is no instance 'engine-9' (The fleet has connect, model-manage-1, engine-1)");
    expect((await get(`${service}/nobody/1/health`)).status).toBe(404);
  });

  test('an instance of another api does not answer', async () => {
    expect(await get(`${service}/engine-1/1/model`)).toMatchObject({
      status: 404,
      body: expect.stringMatching(/model-manage/),
    });
  });

  test('an unknown path is one line of text', async () => {
    expect(await get('/1/nothing')).toEqual({ status: 404, body: 'There is no GET /1/nothing' });
  });

  test('another method is answered with those that are possible', async () => {
    const reply = await built.app.inject({ method: 'PATCH', url: `${service}/engine-1/2/active/model` });
    expect(reply.statusCode).toBe(405);
    expect(reply.headers.allow).toBe('DELETE, GET, HEAD');
  });

  test('a HEAD takes no record', async () => {
    expect((await built.app.inject({ method: 'HEAD', url: '/1/job/output' })).statusCode).toBe(405);
  });

  test.each(['/1/model/%', '/1/model/%ff'])('%s is a bad path', async (url) => {
    expect((await get(url)).status).toBe(400);
  });
});

describe('the fleet', () => {
  test('lists the engines and Model Manage, never Connect', async () => {
    const { body } = await get('/1/connect');
    expect(body.map(({ name, api, health }: Record<string, string>) => [name, api, health])).toEqual([
      ['engine-1', 'engine', 'ok'],
      ['model-manage-1', 'model-manage', 'ok'],
    ]);
    expect(Object.keys(body[0])).toEqual(['id', 'name', 'api', 'host', 'port', 'release', 'built_on', 'health']);
    expect(typeof body[0].port).toBe('number');
  });

  test.each([
    ['api=engine', ['engine-1']],
    ['name=model-manage-1', ['model-manage-1']],
    ['name=model-manage-1&api=engine', []],
    ['name=nobody', []],
    ['health=ok', ['engine-1', 'model-manage-1']],
    [`release=${release}&health=fail`, []],
  ])('filtered by %s has %j', async (query, names) => {
    const { body } = await get(`/1/connect?${query}`);
    expect(body.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test('return chooses fields', async () => {
    expect((await get('/1/connect?api=engine&return=name,api')).body).toEqual([{ name: 'engine-1', api: 'engine' }]);
    expect((await get('/1/connect?return=colour')).status).toBe(400);
  });

  test('a parameter given twice is refused', async () => {
    expect((await get('/1/connect?name=a&name=b')).status).toBe(400);
  });
});

describe('the configuration', () => {
  const put = (payload: string) => built.app.inject({ method: 'PUT', url: '/1/config', payload });

  test('is told new from replaced, and comes back whole or by section', async () => {
    expect((await get('/1/config')).status).toBe(404);
    const document = {
      fastscore: { fleet: [{ api: 'engine', host: 'e', port: 8003, name: 'e' }], db: { type: 'git' } },
    };
    expect((await put(JSON.stringify(document))).statusCode).toBe(201);
    expect((await put(JSON.stringify(document))).statusCode).toBe(204);
    expect((await get('/1/config')).body).toEqual(document);
    expect((await get('/1/config?q=db')).body).toEqual({ type: 'git' });
    expect((await get('/1/config?q=toString')).status).toBe(404);
  });

  test('may be YAML, also as the clients of 1.10 write it, and comes back so to those who want it', async () => {
    const text = `!!python/unicode 'fastscore':
  !!python/unicode 'fleet':
  - !!python/unicode 'api': !!python/unicode 'engine'
    port: '8003'
  db: {version: '0815', user: !!python/unicode 'true'}
`;
    expect((await put(text)).statusCode).toBe(201);
    const document = {
      fastscore: { fleet: [{ api: 'engine', port: 8003, name: 'engine-1' }], db: { version: '0815', user: 'true' } },
    };
    expect((await get('/1/config')).body).toEqual(document);
    const headers = { accept: 'application/x-yaml' };
    const reply = await built.app.inject({ method: 'GET', url: '/1/config', headers });
    expect(reply.headers['content-type']).toBe('application/x-yaml');
    expect(reply.body).toContain('\n  fleet:\n    - api: engine\n      port: 8003\n');
  });

  test('hides passwords, and keeps them when it comes back as it was shown', async () => {
    await put('fastscore: {db: {type: mysql, password: c4n4ry, username: u}, other: {password: secret://db}}');
    const shown = await built.app.inject({ url: '/1/config' });
    expect(shown.body).not.toContain('c4n4ry');
    expect(shown.json().fastscore).toMatchObject({ db: { password: '*****' }, other: { password: 'secret://db' } });
    expect((await put(shown.body)).statusCode).toBe(204);
    expect((await built.app.inject({ url: '/1/config' })).body).toBe(shown.body);
  });

  test.each(['', '{', '[]', 'a: &a [*a, *a]', '7', 'a: b: c', '{"__proto__": {}}'])('%j is refused', async (text) => {
    expect((await put(text)).statusCode).toBe(400);
    expect((await get('/1/config')).status).toBe(404);
  });
});

describe('the history of Pneumo', () => {
  test('begins with the health of everybody', async () => {
    expect((await get('/2/pneumo')).body).toMatchObject([
      { src: 'connect', type: 'health', instance: 'model-manage-1', health: 'ok' },
      { src: 'connect', type: 'health', instance: 'engine-1', health: 'ok' },
    ]);
  });

  test('has the messages of an engine in the fields of 1.10, with source and time', async () => {
    const { engine } = built;
    engine.say({ type: 'log', level: 64, text: 'hello' });
    engine.say({ type: 'model-console', text: 'printed\n', stream: 'stderr' });
    engine.become('running');
    engine.say({ type: 'engine-config', item: 'stream', op: 'attach', ref: 0 });
    engine.say({ type: 'engine-config', item: 'model', op: 'load' });
    engine.say({ type: 'reject', reject: { by: 'schema', slot: 0, seqno: 1, text: 'x', reason: 'y' } });
    const { body } = await get('/2/pneumo');
    expect(body[2].timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const fields = body.slice(2).map(({ timestamp, ...rest }: Record<string, unknown>) => rest);
    expect(fields).toEqual([
      { src: 'engine-1', type: 'log', level: 64, text: 'hello' },
      { src: 'engine-1', type: 'model-console', text: 'printed\n' },
      { src: 'engine-1', type: 'engine-state', state: 'running' },
      { src: 'engine-1', type: 'engine-config', item: 'stream', op: 'attach', ref: 0 },
      { src: 'engine-1', type: 'engine-config', item: 'model', op: 'load' },
    ]);
  });

  test('has no password that a message quotes', async () => {
    const { engine } = built;
    engine.say({ type: 'log', level: 8, text: 'lost kafka://ann:pa55word@broker:9092' });
    const failure = { code: 'STREAM_FAILED', message: 'no "Password": "pa55word"', traceback: '', input: null };
    engine.say({ type: 'model-error', failure });
    const { body } = await get('/2/pneumo');
    expect(body.slice(2)).toMatchObject([
      { text: 'lost kafka://*****@broker:9092' },
      { console: 'no "Password": "*****"' },
    ]);
  });

  test('a failure of the model becomes a model-error', async () => {
    const input = { slot: 0, seqno: 7, data: ['1'], batchLength: 3, encoding: 'json' };
    const failure = { code: 'MODEL_FAILED', message: 'ValueError: bad', traceback: 'Traceback ...', input };
    built.engine.say({ type: 'model-error', failure });
    built.engine.say({ type: 'model-error', failure: { ...failure, traceback: '', input: null } });
    const { body } = await get('/2/pneumo');
    expect(body.slice(2)).toMatchObject([
      {
        type: 'model-error',
        console: 'Traceback ...',
        input: { slot: 0, seqno: 7, data: ['1'], batch_len: 3, encoding: 'json' },
      },
      { type: 'model-error', console: 'ValueError: bad', input: null },
    ]);
  });

  test('keeps the last sixty', async () => {
    for (let number = 1; number <= 100; number++) built.engine.say({ type: 'log', level: 64, text: `${number}` });
    const { body } = await get('/2/pneumo');
    expect(body.map(({ text }: { text: string }) => Number(text))).toEqual(
      Array.from({ length: 60 }, (_, n) => n + 41),
    );
  });

  test('listeners hear until they have had enough', () => {
    const heard: unknown[] = [];
    const stop = built.server.pneumo.onMessage(({ message }) => heard.push(message.type === 'log' && message.text));
    built.engine.say({ type: 'log', level: 64, text: 'one' });
    stop();
    built.engine.say({ type: 'log', level: 64, text: 'two' });
    expect(heard).toEqual(['one']);
  });
});
