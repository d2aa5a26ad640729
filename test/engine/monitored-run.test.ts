import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { PneumoMessage } from '../../src/api/pneumo.ts';
import { Catalog } from '../../src/catalog/catalog.ts';
import { FastScoreClient } from '../../src/client/client.ts';
import { createServer } from '../../src/server/create-server.ts';
import { listen } from '../../src/server/listen.ts';
import { openEngine } from '../conformance/models/model-run.ts';

const MODEL = `
from fastscore import Cell
total = Cell('total')
def begin():
    print('hello')
def action(x):
    total.update(lambda n: (n or 0) + x)
    yield x
`;
const RECORDS = 20_000;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A real engine behind a server on a Unix socket, with a client. */
async function serveEngine() {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-monitored-'));
  const engine = await openEngine();
  const server = createServer({
    fleet: { engines: [engine] },
    catalog: new Catalog(join(folder, 'catalog')),
    snapshots: engine.snapshots,
  });
  const listening = await listen(server, { kind: 'socket', path: join(folder, 'run', 's') });
  const client = new FastScoreClient({ kind: 'socket', path: listening.address });
  closers.push(
    () => rm(folder, { recursive: true }),
    () => listening.close(),
    () => client.close(),
  );
  return { engine, client, server };
}

test('whoever watches a run is told of every step, in an order that old clients can stand, and of every record', async () => {
  const { client, server } = await serveEngine();
  const sensors = client.activeSensors('engine-1');
  const counter = { Aggregate: 'sum', Report: { Interval: 0.1 } };
  const input = await sensors.install({ Tap: 'manifold.0.records.count', ...counter });
  const output = await sensors.install({ Tap: 'manifold.1.records.count', ...counter });
  const subscription = await client.connect.subscribe({ src: 'engine-1' });
  await client.engine.loadModel('sum', 'python3', Buffer.from(MODEL));
  await client.engine.scale(2);
  await client.engine.attachStream(1, 'out', { Transport: 'discard', Encoding: 'json' });
  const lines = Array.from({ length: RECORDS }, (_, index) => index);
  await client.engine.attachStream(0, 'in', {
    Transport: { Type: 'inline', Data: lines.map(String) },
    Encoding: 'json',
  });

  const heard: PneumoMessage[] = [];
  const jets = new Set<string>();
  for await (const message of subscription) {
    heard.push(message);
    if (message.type === 'engine-config' && message.item === 'jet' && message.op === 'start') {
      jets.add(String(message.ref));
    }
    if (message.type === 'engine-state' && message.state === 'finished') await client.engine.reset();
    if (message.type === 'engine-state' && message.state === 'init') subscription.close();
  }
  expect(jets.size).toBe(2);

  const reported = (id: number) =>
    heard.reduce(
      (sum, message) => (message.type === 'sensor-report' && message.id === id ? sum + Number(message.data) : sum),
      0,
    );
  expect(reported(input)).toBe(RECORDS);
  expect(reported(output)).toBe(RECORDS);

  const steps = heard.flatMap((message) => {
    if (message.type === 'engine-state') return [message.state];
    if (message.type === 'engine-config') return [`${message.item} ${message.op}`];
    return [];
  });
  expect(steps).toEqual([
    'model load',
    'stream attach',
    'stream attach',
    'jet start',
    'jet start',
    'running',
    'finishing',
    'jet stop',
    'jet stop',
    'finished',
    'stream detach',
    'stream detach',
    'model unload',
    'init',
  ]);
  expect(heard.filter(({ type }) => type === 'model-console')).toMatchObject([{ text: 'hello' }, { text: 'hello' }]);

  // Reports about a slot come only while its stream is attached, as the messages tell it.
  let attached = new Set<number>();
  for (const message of heard) {
    if (message.type === 'engine-config' && message.item === 'stream') {
      if (message.op === 'attach') attached.add(Number(message.ref));
      else attached = new Set([...attached].filter((slot) => slot !== message.ref));
    }
    if (message.type !== 'sensor-report') continue;
    const slot = Number(/^manifold\.(\d)\./.exec(message.tap)?.[1]);
    expect(attached.has(slot), `${message.tap} = ${JSON.stringify(message.data)}`).toBe(true);
    expect(typeof message.data).toBe('number');
  }
  expect(await sensors.list()).toHaveLength(10);
  const { body } = await server.app.inject({ url: '/metrics' });
  expect(body).toContain('fastscore_engine_state{engine="engine-1",state="init"} 1');
});

test('a run that fails tells why, also those who come too late', async () => {
  const { client } = await serveEngine();
  const source = 'def begin():\n    raise ValueError("no luck")\ndef action(x):\n    yield x\n';
  await client.engine.attachStream(0, 'in', { Transport: 'REST', Encoding: 'json' });
  await client.engine.attachStream(1, 'out', { Transport: 'REST', Encoding: 'json' });
  await client.engine.loadModel('bad', 'python3', Buffer.from(source)).catch(() => {});
  while ((await client.engine.state({ while: 'init', waitMs: 10_000 })) !== 'error');
  const subscription = await client.connect.subscribe();
  for await (const message of subscription) {
    expect(message).toMatchObject({ src: 'engine-1', type: 'model-error', input: null });
    expect(message.type === 'model-error' && message.console).toContain('no luck');
    subscription.close();
  }
});

test('jets are counted one by one while they work', async () => {
  const { client, server } = await serveEngine();
  const rest = { Transport: 'REST', Encoding: 'json' };
  await client.engine.loadModel('sum', 'python3', Buffer.from(MODEL));
  await client.engine.attachStream(1, 'out', rest);
  await client.engine.attachStream(0, 'in', rest);
  const [jet] = (await client.engine.status()).jets;
  const sensors = client.activeSensors('engine-1');
  const taps = ['input', 'output'].map((side) => `jet.${jet?.sandbox}.${side}.records.count`);
  const points = await sensors.points();
  expect(points).toEqual(expect.arrayContaining(taps));
  const ids = await Promise.all(taps.map((Tap) => sensors.install({ Tap, Aggregate: null })));
  const subscription = await client.connect.subscribe({ type: 'sensor-report', src: 'engine-1' });
  await client.engine.input(0, Buffer.from('5'));
  const waiting = new Set(ids);
  for await (const message of subscription) {
    if (message.type !== 'sensor-report' || !ids.includes(message.id)) continue;
    expect(message.data).toBe(1);
    waiting.delete(message.id);
    if (waiting.size === 0) subscription.close();
  }
  const { body } = await server.app.inject({ url: '/metrics' });
  expect(body).toContain('fastscore_jet_records_total{engine="engine-1",jet="1"} 1\n');
  expect(body).toContain('fastscore_slot_records_total{engine="engine-1",slot="1"} 1\n');
  const { jets, loans } = await client.engine.status();
  expect(jets).toMatchObject([{ records: 1, output_records: 1, restarts: 0 }]);
  expect(loans).toEqual({ recalls: 0, waited_ms: 0, conflicts: 0 });
  const [total] = await client.engine.stateList({ kind: 'cell' });
  expect(total).toMatchObject({ name: 'total', json: '5', lent_to: 1, shared: false, waiting: [] });
});
