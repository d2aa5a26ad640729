import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PneumoMessage, SensorReportMessage } from '../../../src/api/pneumo.ts';
import { profileSampler } from '../../../src/server/sensors/profile.ts';
import { newStreamCosts } from '../../../src/streams/costs.ts';
import { FakeEngine } from '../fake-engine.ts';
import type { Started } from '../start-server.ts';
import { startServer } from '../start-server.ts';

let started: Started;
beforeEach(async () => {
  started = await startServer('socket', {
    fleet: { engines: [new FakeEngine('engine-1'), new FakeEngine('engine-2')] },
  });
});
afterEach(() => started.close());

const PREINSTALLED = [1, 0].flatMap((slot) =>
  ['size', 'rejected.by.encoding', 'count', 'rejected.by.schema'].map((what) => `manifold.${slot}.records.${what}`),
);

const request = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: unknown) => {
  const body = payload === undefined ? {} : { payload: JSON.stringify(payload) };
  const reply = await started.app.inject({ method, url, headers: { 'content-type': 'application/json' }, ...body });
  return {
    status: reply.statusCode,
    body: reply.body === '' ? null : reply.statusCode < 300 ? reply.json() : reply.body,
  };
};
const at = (instance: string, path = '') => `/api/1/service/${instance}/2/active/sensor${path}`;

/** The engine of that name, whose doings a test makes up. */
const engineOf = (name: string): FakeEngine => {
  const engine = [started.server.fleet.engines.get(name)][0];
  return engine as FakeEngine;
};

/** What is reported until `isEnough`. */
async function reports(isEnough: (heard: SensorReportMessage[]) => boolean, act: () => void | Promise<void>) {
  const subscription = await started.client.connect.subscribe({ type: 'sensor-report' });
  await act();
  const heard: SensorReportMessage[] = [];
  for await (const message of subscription) {
    heard.push(message as SensorReportMessage);
    if (isEnough(heard)) subscription.close();
  }
  return heard;
}

describe('the sensors of an instance', () => {
  test('of an engine are eight at first, of others none', async () => {
    const list = await started.client.activeSensors('engine-2').list();
    expect(list).toEqual(PREINSTALLED.map((tap, index) => ({ id: index + 1, tap })));
    for (const name of ['connect', 'model-manage-1']) expect((await request('GET', at(name))).body).toEqual([]);
  });

  test('are installed, told and uninstalled by number, each instance with numbers of its own', async () => {
    const descriptor = { Tap: 'sys.memory', Activate: 'permanent', Aggregate: 'sum', Report: { Interval: 60 } };
    for (const [name, id] of [
      ['engine-1', 9],
      ['engine-2', 9],
      ['connect', 1],
      ['model-manage-1', 1],
    ] as const) {
      const sensors = started.client.activeSensors(name);
      expect(await sensors.install(descriptor)).toBe(id);
      expect((await sensors.list()).at(-1)).toEqual({ id, tap: 'sys.memory' });
      expect(await sensors.get(id)).toEqual({ id, tap: 'sys.memory', descriptor });
      await sensors.uninstall(id);
      await expect(sensors.uninstall(id)).rejects.toMatchObject({ code: 'SENSOR_NOT_FOUND' });
    }
  });

  test('directly addressed are those of the first engine', async () => {
    expect((await request('GET', '/2/active/sensor')).body).toHaveLength(8);
  });

  test('answer as 1.10 does, and as older releases did', async () => {
    const base = '/api/1/service/engine-1/1/control/sensor';
    expect(await request('POST', base, { Tap: 'sys.memory' })).toEqual({ status: 200, body: { id: 9 } });
    expect((await request('GET', base)).body[8]).toEqual({ id: 9, tap: 'sys.memory', active: true });
    expect((await request('GET', `${base}/9`)).body).toEqual({ id: 9, tap: 'sys.memory', permanent: true });
    expect(await request('DELETE', `${base}/9`)).toEqual({ status: 204, body: null });
    expect(await request('DELETE', `${base}/9`)).toEqual({ status: 404, body: 'Sensor id 9 not found' });
    expect((await request('GET', `${base}/available`)).body).toContain('sys.memory');
    expect(await request('DELETE', at('engine-1', '/x'))).toEqual({ status: 400, body: "Invalid sensor id 'x'" });
    expect((await request('GET', at('nobody'))).status).toBe(404);
  });

  test('are refused where there is no such tapping point', async () => {
    const { status, body } = await request('POST', at('engine-1'), { Tap: 'manifold.0.records.cuont' });
    expect([status, body]).toEqual([
      400,
      "There is no tapping point 'manifold.0.records.cuont' here (Did you mean 'manifold.0.records.count'?)",
    ]);
    expect((await request('POST', at('connect'), { Tap: 'manifold.0.records.count' })).status).toBe(400);
    const filter = { Type: '>', Threshold: 1 };
    expect(await request('POST', at('engine-1'), { Tap: 'manifold.debug', Filter: filter })).toEqual({
      status: 400,
      body: "Tapping point 'manifold.debug' gives texts, a Filter needs numbers",
    });
    expect((await request('POST', at('engine-1'))).status).toBe(400);
  });

  test('are a thousand at most', async () => {
    const sensors = started.server.sensors.of('connect');
    for (let count = 0; count < 1000; count++) sensors.install({ Tap: 'sys.memory' });
    expect(await request('POST', at('connect'), { Tap: 'sys.memory' })).toMatchObject({ status: 400 });
    sensors.uninstall(500);
    expect(await request('POST', at('connect'), { Tap: 'sys.memory' })).toEqual({ status: 200, body: { id: 1001 } });
  });
});

test('the points are those of slots in use and of jets that are there', async () => {
  const engine = engineOf('engine-1');
  engine.jets = 1;
  engine.streams.set(4, { slot: 4, name: 's', descriptor: {}, eof: false, trouble: null });
  const { body } = await request('GET', at('engine-1', '/points'));
  expect(body).toEqual(expect.arrayContaining(PREINSTALLED));
  expect(body).toEqual(
    expect.arrayContaining([
      'sys.memory',
      'sys.cpu.utilization',
      'manifold.debug',
      'manifold.deadlock',
      'manifold.4.profile',
      'manifold.4.debug',
      'jet.0.input.records.count',
      'jet.0.output.records.size',
    ]),
  );
  for (const tap of body) expect((await request('POST', at('engine-1'), { Tap: tap })).status, tap).toBe(200);
  expect((await request('GET', at('connect', '/points'))).body).toEqual([
    'sys.memory',
    'sys.cpu.utilization',
    'sys.test.int',
    'sys.test.float',
    'sys.test.bytes',
    'sys.test.tagged.int',
    'sys.test.tagged.float',
    'sys.test.tagged.bytes',
  ]);
});

describe('reports', () => {
  const now = { Aggregate: null, Report: { Interval: 0 } };

  test('of slots and jets tell what passes there, and nothing of others', async () => {
    const sensors = started.client.activeSensors('engine-1');
    const taps = ['manifold.0.records.count', 'manifold.0.records.size', 'jet.4711.output.records.count'];
    for (const Tap of taps) await sensors.install({ Tap, ...now });
    const heard = await reports(
      ({ length }) => length === 3,
      () => {
        const { flows } = engineOf('engine-1').measures;
        flows.tell({ point: 'slot', slot: 2, records: 1, bytes: 1 });
        flows.tell({ point: 'jet', sandbox: '4712', side: 'output', records: 1, bytes: 1 });
        flows.tell({ point: 'jet', sandbox: '4711', side: 'input', records: 1, bytes: 1 });
        engineOf('engine-2').measures.flows.tell({ point: 'slot', slot: 0, records: 9, bytes: 9 });
        flows.tell({ point: 'slot', slot: 0, records: 5, bytes: 70 });
        flows.tell({ point: 'jet', sandbox: '4711', side: 'output', records: 6, bytes: 80 });
      },
    );
    expect(heard.map(({ src, id, tap, data }) => [src, id, tap, data])).toEqual([
      ['engine-1', 9, taps[0], 5],
      ['engine-1', 10, taps[1], 70],
      ['engine-1', 11, taps[2], 6],
    ]);
    for (const { delta_time, timestamp } of heard) {
      expect(delta_time).toBeGreaterThanOrEqual(0);
      expect(timestamp).toMatch(/Z$/);
    }
  });

  test('of made-up values by name are numbers or texts, and sums count the texts', async () => {
    const sensors = started.client.activeSensors('engine-1');
    const Tap = 'sys.test.tagged.bytes';
    for (const Aggregate of ['accumulate', 'sum', null])
      await sensors.install({
        Tap,
        Aggregate,
        Activate: { Type: 'regular', Interval: 0.02 },
        Report: { Interval: 0.02 },
      });
    const heard = await reports(
      (all) => new Set(all.map(({ id }) => id)).size === 3,
      () => {},
    );
    const [listed, summed, told] = [...new Map(heard.map(({ id, data }) => [id, data])).entries()]
      .sort(([one], [other]) => one - other)
      .map(([, data]) => data);
    const text = { bytes: expect.stringMatching(/^[0-9a-f]{16}$/) };
    expect(listed).toEqual(expect.arrayContaining([text]));
    expect([summed, told]).toEqual([{ bytes: 1 }, text]);
  });

  test('of rejected records are their texts', async () => {
    const sensors = started.client.activeSensors('engine-1');
    for (const by of ['schema', 'encoding'])
      await sensors.install({
        Tap: `manifold.0.records.rejected.by.${by}`,
        Aggregate: 'accumulate',
        Report: { Interval: 0.02 },
      });
    const reject = (by: 'schema' | 'encoding', slot: number, text: string): void =>
      engineOf('engine-1').say({ type: 'reject', reject: { by, slot, seqno: 1, text, reason: 'bad' } });
    const heard = await reports(
      ({ length }) => length === 2,
      () => {
        reject('schema', 0, '"a"');
        reject('schema', 0, '"b"');
        reject('encoding', 0, '{');
        reject('schema', 1, 'not here');
      },
    );
    expect(new Map(heard.map(({ tap, data }) => [tap, data]))).toEqual(
      new Map([
        ['manifold.0.records.rejected.by.schema', ['"a"', '"b"']],
        ['manifold.0.records.rejected.by.encoding', ['{']],
      ]),
    );
  });

  test('for debugging are lines about the engine, or about one slot', async () => {
    const sensors = started.client.activeSensors('engine-1');
    const all = await sensors.install({ Tap: 'manifold.debug', ...now });
    const one = await sensors.install({ Tap: 'manifold.1.debug', ...now });
    const heard = await reports(
      ({ length }) => length === 7,
      () => {
        const engine = engineOf('engine-1');
        engine.become('running');
        engine.say({ type: 'engine-config', item: 'stream', op: 'attach', ref: 1 });
        engine.measures.trace(1, () => 'written');
        engine.measures.trace(null, () => 'held');
        engine.say({ type: 'log', level: 64, text: 'logged' });
      },
    );
    const lines = (id: number) => heard.filter((report) => report.id === id).map(({ data }) => data);
    expect(lines(all)).toEqual(['state is running', 'stream 1: attach', 'slot 1: written', 'held', 'logged']);
    expect(lines(one)).toEqual(['stream 1: attach', 'written']);
    await sensors.uninstall(all);
    await sensors.uninstall(one);
    expect(engineOf('engine-1').measures.traces.isEmpty).toBe(true);
  });

  test('of memory and processor are one number, and one of the kernel and one of programs', async () => {
    const sensors = started.client.activeSensors('connect');
    for (const Tap of ['sys.memory', 'sys.cpu.utilization'])
      await sensors.install({ Tap, Activate: 'permanent', Aggregate: 'sum', Report: { Interval: 0.05 } });
    const heard = await reports(
      ({ length }) => length === 2,
      () => {},
    );
    const data = (tap: string) => heard.find((report) => report.tap === tap)?.data;
    expect(data('sys.memory')).toBeGreaterThan(1_000_000);
    expect(data('sys.cpu.utilization')).toEqual({ kernel: expect.any(Number), user: expect.any(Number) });
  });

  test('of a profile have all counters of 1.10, in seconds, since the last report', async () => {
    const engine = engineOf('engine-1');
    const costs = newStreamCosts();
    costs.unwrap.records = 100;
    engine.costs.set(0, costs);
    const tap = started.server.sensors.of('engine-1');
    expect(tap.points()).toContain('manifold.0.profile');
    const sample = profileSampler(engine, 0);
    costs.unwrap.ms = 1500;
    costs.unwrap.records = 107;
    costs.validate.records = 7;
    expect(sample()).toEqual({
      unwrap_envelope: 1.5,
      unwrap_envelope_n: 7,
      wrap_envelope: 0,
      wrap_envelope_n: 0,
      validate_streaming: 0,
      validate_streaming_n: 0,
      validate_input_records: 0,
      validate_input_records_n: 7,
      validate_output_records: 0,
      validate_output_records_n: 0,
    });
    const other = newStreamCosts();
    other.wrap.records = 3;
    engine.costs.set(0, other);
    expect(sample()).toMatchObject({ wrap_envelope_n: 3, unwrap_envelope_n: 0 });
    engine.costs.delete(0);
    expect(sample()).toBeNull();
  });

  test('come before the message that what they are about is gone', async () => {
    const sensors = started.client.activeSensors('engine-1');
    const sum = { Aggregate: 'sum', Report: { Interval: 3600 } };
    await sensors.install({ Tap: 'jet.4711.input.records.count', ...sum });
    await sensors.install({ Tap: 'manifold.0.records.count', ...sum });
    const subscription = await started.client.connect.subscribe({ src: 'engine-1' });
    const engine = engineOf('engine-1');
    engine.measures.flows.tell({ point: 'jet', sandbox: '4711', side: 'input', records: 3, bytes: 3 });
    engine.measures.flows.tell({ point: 'slot', slot: 0, records: 4, bytes: 4 });
    engine.say({ type: 'engine-config', item: 'jet', op: 'stop', ref: '4711' });
    engine.say({ type: 'engine-config', item: 'stream', op: 'detach', ref: 0 });
    engine.become('init');
    const heard: PneumoMessage[] = [];
    for await (const message of subscription) {
      heard.push(message);
      if (message.type === 'engine-state') subscription.close();
    }
    const ids = (message: PneumoMessage) =>
      message.type === 'sensor-report' ? [message.id, message.data] : message.type;
    expect(heard.map(ids)).toEqual([
      [9, 3],
      'engine-config',
      // Size and count of slot 0 are preinstalled.
      [5, 4],
      [7, 4],
      [10, 4],
      'engine-config',
      'engine-state',
    ]);
  });

  test('are in the history for those who ask for them, and leave room there for all else', async () => {
    const sensors = started.client.activeSensors('engine-1');
    const id = await sensors.install({ Tap: 'manifold.0.records.count', ...now });
    engineOf('engine-1').become('running');
    const { flows } = engineOf('engine-1').measures;
    for (let records = 1; records <= 100; records++) flows.tell({ point: 'slot', slot: 0, records, bytes: 5 });
    const { connect } = started.client;
    expect((await connect.history()).at(-1)).toMatchObject({ type: 'engine-state', state: 'running' });
    const reported = await connect.history({ type: 'sensor-report', src: 'engine-1' });
    expect(reported).toHaveLength(60);
    expect(reported.at(-1)).toMatchObject({ id, data: 100 });
  });
});
