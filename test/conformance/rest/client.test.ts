import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FastScoreClient } from '../../../src/client/client.ts';
import { FastScoreClient as Client } from '../../../src/client/client.ts';
import { FastScoreError } from '../../../src/core/errors.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import type { EngineStatus } from '../../../src/engine/types.ts';
import { release } from '../../../src/util/release.ts';
import { sampleSnapshot } from '../../server/sample-snapshot.ts';
import type { Started } from '../../server/start-server.ts';
import { startServer } from '../../server/start-server.ts';

const SERVICES = ['connect', 'models', 'schemas', 'streams', 'sensors', 'snapshots', 'policies', 'engine'] as const;
const SOURCE = Buffer.from('def action(x):\n    yield "\u00e9"\n');
const REST = { Transport: 'REST', Encoding: 'json' };

/** Every method that a test has called, as `engine.scale`. */
const called = new Set<string>();

/** The client itself; what is called of it is written down. */
function watched(client: FastScoreClient): FastScoreClient {
  const services = SERVICES.map((name) => {
    const service = client[name];
    const watch: ProxyHandler<typeof service> = {
      get(target, method) {
        called.add(`${name}.${String(method)}`);
        return (Reflect.get(target, method) as () => unknown).bind(target);
      },
    };
    return [name, new Proxy(service, watch)];
  });
  return Object.assign(Object.create(client), Object.fromEntries(services)) as FastScoreClient;
}

const refusal = (code: string) => ({ name: 'FastScoreError', code });
const textOf = async (stream: Readable): Promise<string> =>
  Buffer.concat((await stream.toArray()) as Buffer[]).toString('utf8');

describe.each(['socket', 'tcp'] as const)('the client over %s', (where) => {
  let started: Started;
  let client: FastScoreClient;
  let shutdowns = 0;
  beforeEach(async () => {
    const shutdown = { shutdown: () => shutdowns++, shutdownOverTcp: true };
    started = await startServer(where, where === 'tcp' ? { ...shutdown, token: 't0k3n-t0k3n-t0k3n' } : shutdown);
    client = watched(started.client);
  });
  afterEach(() => started.close());

  test('connect: the configuration', async () => {
    const yaml = Buffer.from('fastscore: {db: {type: git}}');
    expect(await client.connect.setConfig(yaml)).toBe('created');
    expect(await client.connect.setConfig(yaml)).toBe('updated');
    expect(JSON.parse(await client.connect.config())).toEqual({ fastscore: { db: { type: 'git' } } });
  });

  test('policies: as they were set, by language', async () => {
    await client.policies.set('python3', Buffer.from('numpy: warn'), { preinstall: false });
    expect(String(await client.policies.get('python3'))).toBe('numpy: warn');
    expect(String(await client.policies.get('r'))).toBe('');
  });

  test('engine: a model with attachments of the catalog', async () => {
    await client.models.put('m', 'python3', SOURCE);
    for (const name of ['lib.zip', 'm\u00e4rz.zip']) {
      await client.attachments.put('m', name, 'zip', Readable.from([Buffer.from('PK')]));
    }
    const attachments = await client.attachments.list('m');
    await client.engine.loadModel('m', 'python3', SOURCE, { attachments });
    expect(started.engine.verified?.attachments).toMatchObject(
      attachments.map((name) => ({ name, format: 'zip', path: expect.stringContaining(started.catalog.directory) })),
    );
    const missing = client.engine.loadModel('m', 'python3', SOURCE, { attachments: ['other.zip'] });
    await expect(missing).rejects.toMatchObject(refusal('ATTACHMENT_NOT_FOUND'));
  });

  test('engine: a sample of a stream and its rate', async () => {
    expect((await client.engine.sample(REST, 2)).map(String)).toEqual(['1', '2']);
    expect(await client.engine.rate(REST)).toEqual([{ rps: 1000, mbps: 0.5 }]);
  });

  test('connect: health, fleet, history, shutdown', async () => {
    expect(await client.connect.health()).toMatchObject({ release, id: expect.any(String) });
    expect(await started.client.checkRelease()).toMatchObject({ release });
    expect((await client.connect.fleet()).map(({ name }) => name)).toEqual(['engine-1', 'model-manage-1']);
    expect(await client.connect.fleet({ api: 'engine' })).toMatchObject([{ name: 'engine-1', health: 'ok' }]);
    expect(await client.connect.fleet({ name: 'nobody' })).toEqual([]);
    expect(await client.connect.history()).toMatchObject([{ type: 'health' }, { type: 'health' }]);
    await client.connect.flush();
    expect(await client.connect.history()).toEqual([]);
    const news = await client.connect.subscribe();
    started.engine.say({ type: 'engine-state', state: 'running' });
    for await (const message of news) {
      expect(message).toMatchObject({ type: 'engine-state', state: 'running' });
      news.close();
    }
    await client.connect.shutdown();
    await expect.poll(() => shutdowns).toBeGreaterThan(0);
  });

  test('models: put, get, list, attachments, remove', async () => {
    expect(await client.models.put('a/b', 'python3', Buffer.from('old'))).toBe('created');
    expect(await client.models.put('a/b', 'python3', SOURCE)).toBe('updated');
    expect(await client.models.get('a/b')).toEqual({ mtype: 'python3', source: SOURCE });
    await client.models.put('r', 'R', SOURCE);
    expect((await client.models.get('r')).mtype).toBe('R');
    expect(await client.models.list()).toEqual([
      { name: 'a/b', type: 'python3' },
      { name: 'r', type: 'R' },
    ]);
    await started.catalog.attachments.put('r', 'lib.zip', Buffer.from('PK'));
    expect(await client.attachments.list('r')).toEqual(['lib.zip']);
    await client.models.remove('r');
    await expect(client.models.get('r')).rejects.toMatchObject(refusal('MODEL_NOT_FOUND'));
    await expect(client.models.remove('r')).rejects.toMatchObject(refusal('MODEL_NOT_FOUND'));
    await expect(client.attachments.list('r')).rejects.toMatchObject(refusal('MODEL_NOT_FOUND'));
    await expect(client.models.put('..', 'R', SOURCE)).rejects.toMatchObject(refusal('BAD_NAME'));
    await expect(client.models.put('x'.repeat(300), 'R', SOURCE)).rejects.toMatchObject(refusal('BAD_NAME'));
  });

  test.each([
    ['schemas', 'SCHEMA_NOT_FOUND'],
    ['streams', 'STREAM_NOT_FOUND'],
    ['sensors', 'SENSOR_NOT_FOUND'],
  ] as const)('%s: put, get, list, remove', async (kind, missing) => {
    const text = '{ "type": "int",\n "n": 12345678901234567890 }';
    expect(await client[kind].put('s', '{}')).toBe('created');
    expect(await client[kind].put('s', text)).toBe('updated');
    expect(await client[kind].get('s')).toBe(text);
    expect(await client[kind].list()).toEqual(['s']);
    await client[kind].remove('s');
    expect(await client[kind].list()).toEqual([]);
    await expect(client[kind].get('s')).rejects.toMatchObject(refusal(missing));
    await expect(client[kind].remove('s')).rejects.toMatchObject(refusal(missing));
    await expect(client[kind].put('s', '{')).rejects.toMatchObject(refusal('BAD_INPUT'));
    await expect(client[kind].put('s', `"${'x'.repeat(1 << 20)}"`)).rejects.toMatchObject(refusal('TOO_LARGE'));
    await expect(client[kind].put('a\n', '{}')).rejects.toMatchObject(refusal('BAD_NAME'));
  });

  test('snapshots: put, list, metadata, contents, remove', async () => {
    await client.models.put('m', 'python3', SOURCE);
    expect(await client.snapshots.list('m')).toEqual([]);
    const contents = await sampleSnapshot({ id: 'abcd1234' });
    await client.snapshots.put('m', 'abcd1234', Readable.from([contents.subarray(0, 99), contents.subarray(99)]));
    await client.snapshots.put('m', 'abcd9999', await sampleSnapshot({ id: 'abcd9999' }));
    const info = { id: 'abcd1234', created_on: '2026-03-01T08:30:00Z', type: 'FST1', size: contents.length };
    const told = { own: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(await client.snapshots.metadata('m', 'abcd1')).toEqual({ ...info, ...told });
    expect((await client.snapshots.list('m')).map(({ id }) => id)).toEqual(['abcd9999', 'abcd1234']);
    expect(await client.snapshots.list('m', { count: 1 })).toMatchObject([{ id: 'abcd9999' }]);
    expect(await client.snapshots.list('m', { since: '2026-03-02' })).toEqual([]);
    expect(await client.snapshots.list('m', { since: '2026-03-01', until: '2026-03-01' })).toHaveLength(2);
    expect(await textOf(await client.snapshots.contents('m', 'abcd1'))).toBe(contents.toString());
    await expect(client.snapshots.metadata('m', 'abcd')).rejects.toMatchObject({
      ...refusal('SNAPSHOT_AMBIGUOUS'),
      details: { candidates: ['abcd9999', 'abcd1234'] },
    });
    expect(await client.snapshots.pin('m', 'abcd1', true)).toEqual({ ...info, pinned: true });
    expect((await client.snapshots.prune('m', 0)).map(({ id }) => id)).toEqual(['abcd9999']);
    expect(await client.snapshots.pin('m', 'abcd1', false)).toEqual(info);
    await expect(client.snapshots.pin('m', 'abcd9', true)).rejects.toMatchObject(refusal('SNAPSHOT_NOT_FOUND'));
    await client.snapshots.remove('m', 'abcd1');
    await expect(client.snapshots.contents('m', 'abcd1')).rejects.toMatchObject(refusal('SNAPSHOT_NOT_FOUND'));
    await expect(client.snapshots.remove('m', 'abcd1')).rejects.toMatchObject(refusal('SNAPSHOT_NOT_FOUND'));
    await expect(client.snapshots.list('nobody')).rejects.toMatchObject(refusal('MODEL_NOT_FOUND'));
    await expect(client.snapshots.list('m', { since: 'never' })).rejects.toMatchObject(refusal('BAD_INPUT'));
    const put = (bytes: Buffer) => client.snapshots.put('m', 'abcd1234', bytes);
    await expect(put(contents.subarray(0, -9))).rejects.toMatchObject(refusal('SNAPSHOT_CORRUPT'));
    await expect(put(Buffer.from('hello'))).rejects.toMatchObject(refusal('SNAPSHOT_FORMAT'));
    await expect(put(await sampleSnapshot({ isNative: true }))).rejects.toMatchObject(refusal('SNAPSHOT_UNTRUSTED'));
    await put(contents);
    await expect(put(contents)).rejects.toMatchObject(refusal('SNAPSHOT_EXISTS'));
  });

  test('engine: verifyModel, loadModel, activeModel, unloadModel, with schemas and without', async () => {
    const { engine } = client;
    expect(await engine.activeModel()).toBeNull();
    const report = await engine.verifyModel('m', 'python3', SOURCE, { schemas: new Map([['s', 'int']]) });
    expect(report).toMatchObject({ slots: [{ slot: 0 }, { slot: 1 }], warnings: ['beware'] });
    expect(started.engine.verified?.schemas).toEqual(new Map([['s', 'int']]));
    expect(await engine.activeModel()).toBeNull();
    for (const schemas of [undefined, new Map([['\u00fc', { type: 'array', items: 'int' }]])]) {
      await engine.loadModel('m\u00e9 "1"', 'python3', SOURCE, { schemas });
      expect(await engine.activeModel()).toMatchObject({
        name: 'm\u00e9 "1"',
        mtype: 'python3',
        source: SOURCE.toString(),
      });
    }
    expect([...(started.engine.verified?.schemas ?? [])]).toEqual([['\u00fc', { type: 'array', items: 'int' }]]);
    await engine.unloadModel();
    await expect(engine.unloadModel()).rejects.toMatchObject(refusal('MODEL_NOT_LOADED'));
    const bad = Buffer.from('syntax error');
    await expect(engine.loadModel('m', 'python3', bad)).rejects.toMatchObject({
      ...refusal('MODEL_SYNTAX'),
      details: { line: 1 },
    });
    await expect(engine.verifyModel('m', 'python3', bad)).rejects.toMatchObject(refusal('MODEL_SYNTAX'));
  });

  test('engine: verifyStream, attachStream, activeStreams, detachStream', async () => {
    const { engine } = client;
    expect(await engine.verifyStream(1, 's', REST)).toMatchObject({ transport: { type: 'fake' } });
    await engine.attachStream(0, 's', REST);
    expect(await engine.activeStreams()).toEqual([{ slot: 0, name: 's', descriptor: REST, eof: false }]);
    await engine.detachStream(0);
    await expect(engine.detachStream(0)).rejects.toMatchObject(refusal('STREAM_NOT_ATTACHED'));
    await expect(engine.attachStream(0, 's', 1)).rejects.toMatchObject(refusal('BAD_DESCRIPTOR'));
    await expect(engine.attachStream(70_000, 's', REST)).rejects.toMatchObject(refusal('BAD_INPUT'));
  });

  test('engine: scale, state, pause, unpause, reset, status', async () => {
    const { engine } = client;
    await engine.scale(3);
    expect((await engine.status()).jets).toHaveLength(3);
    await engine.scale(0);
    expect(await engine.status()).toMatchObject({ state: 'init', scale: 0, model: null, jets: [] });
    await expect(engine.scale(-1)).rejects.toMatchObject(refusal('BAD_COUNT'));
    await engine.pause();
    expect(await engine.state()).toBe('paused');
    const waiting = engine.state({ while: 'paused', waitMs: 30_000 });
    await expect.poll(() => started.engine.waitingCount).toBe(1);
    await engine.unpause();
    expect(await waiting).toBe('running');
    await expect(engine.unpause()).rejects.toMatchObject(refusal('WRONG_STATE'));
    await engine.reset();
    expect(await engine.state({ while: 'init', waitMs: 20 })).toBe('init');
  });

  test('engine: statistics, resetStatistics', async () => {
    const { engine } = client;
    const slots = [{ slot: 0, records: 3, bytes: 30 }];
    started.engine.override = { slots } as unknown as Partial<EngineStatus>;
    expect(await engine.statistics()).toMatchObject({ input: { count: 3, size: 30 }, output: { count: 0, size: 0 } });
    await engine.resetStatistics();
    expect(await engine.statistics()).toMatchObject({ input: { count: 0, size: 0 } });
    started.engine.override = {};
  });

  test('engine: input, output', async () => {
    const { engine } = client;
    await expect(engine.input(0, SOURCE)).rejects.toMatchObject(refusal('STREAM_NOT_ATTACHED'));
    await expect(engine.output(1)).rejects.toMatchObject(refusal('STREAM_NOT_ATTACHED'));
    await engine.attachStream(0, 's', REST);
    await engine.attachStream(1, 's', REST);
    await engine.input(0, SOURCE);
    expect(await engine.output(1)).toEqual(SOURCE);
    expect(await engine.output(1)).toBe('empty');
    started.engine.ended = true;
    expect(await engine.output(1)).toBe('eof');
  });

  test('engine: createSnapshot, restore', async () => {
    const { engine } = client;
    await expect(engine.createSnapshot()).rejects.toMatchObject(refusal('MODEL_NOT_LOADED'));
    await engine.loadModel('m', 'python3', SOURCE);
    expect(await engine.createSnapshot('note')).toMatchObject({ id: 'abcd1234', model: 'm', type: 'request/note' });
    await engine.restore(await sampleSnapshot());
    expect(started.engine.restored).toMatchObject({ id: 'abcd1234', trust: false });
    const native = await sampleSnapshot({ isNative: true });
    await expect(engine.restore(Readable.from([native]))).rejects.toMatchObject(refusal('SNAPSHOT_UNTRUSTED'));
    await engine.restore(Readable.from([native]), { trust: true });
    await expect(engine.restore(native.subarray(0, 300))).rejects.toMatchObject(refusal('SNAPSHOT_CORRUPT'));
    started.engine.state = 'running';
    await expect(engine.restore(native, { trust: true })).rejects.toMatchObject(refusal('WRONG_STATE'));
  });

  test('engine: stateSet, stateGet, stateList, stateDelete', async () => {
    const { engine } = client;
    const keys = [cellKey('total'), cellKey(''), itemKey('a/b', '..'), itemKey('a/b', '\u00e9 ?')];
    for (const key of keys) {
      await engine.stateSet(key, '12345678901234567890');
      expect((await engine.stateGet(key)).json).toBe('12345678901234567890');
    }
    expect(await engine.stateList()).toHaveLength(4);
    expect(await engine.stateList({ kind: 'item', name: 'a/b' })).toHaveLength(2);
    for (const key of keys) {
      await engine.stateDelete(key);
      await expect(engine.stateGet(key)).rejects.toMatchObject(refusal('STATE_KEY_NOT_FOUND'));
      await expect(engine.stateDelete(key)).rejects.toMatchObject(refusal('STATE_KEY_NOT_FOUND'));
    }
    await expect(engine.stateSet(cellKey('total'), '{')).rejects.toMatchObject(refusal('BAD_INPUT'));
  });

  test('an engine or a Model Manage that the fleet does not have', async () => {
    const options = { engine: 'engine-9', modelManage: 'mm-9' };
    const stranger = new Client(started.client.target, options);
    await expect(stranger.engine.state()).rejects.toMatchObject(refusal('INSTANCE_NOT_FOUND'));
    await expect(stranger.models.list()).rejects.toMatchObject(refusal('INSTANCE_NOT_FOUND'));
    await stranger.close();
  });

  test('any error of the engine arrives as it was thrown', async () => {
    const thrown = new FastScoreError('MODEL_FAILED', 'It failed\nat line 2', { hint: 'Try', details: { a: [1] } });
    started.engine.pause = async () => {
      throw thrown;
    };
    await expect(client.engine.pause()).rejects.toMatchObject({
      code: 'MODEL_FAILED',
      message: thrown.message,
      hint: 'Try',
      details: { a: [1] },
    });
  });
});

afterAll(() => {
  const client = new Client({ kind: 'socket', path: '/nowhere' });
  const all = SERVICES.flatMap((name) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(client[name]))
      .filter((method) => method !== 'constructor')
      .map((method) => `${name}.${method}`),
  );
  expect([...called].sort(), 'every method of the client has been called').toEqual(all.sort());
});

test('a client without the token is told so, with what to do', async () => {
  const started = await startServer('tcp', { token: 't0k3n-t0k3n-t0k3n' });
  const stranger = new Client({ kind: 'url', url: started.listening.address });
  await expect(stranger.engine.state()).rejects.toMatchObject({
    ...refusal('UNAUTHORISED'),
    hint: expect.stringMatching(/Bearer/),
  });
  await stranger.close();
  await started.close();
});
