import { expect } from 'vitest';
import { json } from './fleet.ts';
import type { Part, Row } from './row.ts';
import { row } from './row.ts';

const MEMORY = {
  Tap: 'sys.memory',
  Activate: 'permanent',
  Aggregate: 'sum',
  Report: { Interval: 1.0 },
  Sink: 'pneumo',
};

const INSTANCES = ['connect', 'model-manage-1', 'engine-1', 'engine-2'];

const rowsOf = (instance: string): Row[] => [
  row(`${instance}: GET /1/health`, async ({ get }) => {
    expect(await get(`${instance}/1/health`)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      release: expect.stringMatching(/^\d+\.\d+/),
      built_on: expect.stringMatching(/^\w{3} \w{3} \d+ \d\d:\d\d:\d\d UTC \d{4}$/),
    });
  }),
  row(`${instance}: GET /1/swagger is Swagger 2.0`, async ({ get, call }) => {
    expect(await get(`${instance}/1/swagger`)).toMatchObject({ swagger: '2.0', paths: expect.any(Object) });
    const yaml = await call('GET', `${instance}/1/swagger`, { headers: { Accept: 'application/x-yaml' } });
    expect([yaml.status, yaml.headers['content-type'], yaml.text]).toEqual([
      200,
      'application/x-yaml',
      expect.stringMatching(/^swagger: "?2\.0"?$/m),
    ]);
  }),
  row(`${instance}: POST, GET, DELETE /2/active/sensor`, async ({ get, answers, refuses }) => {
    const path = `${instance}/2/active/sensor`;
    const { id } = (await answers(200, 'POST', path, json(MEMORY))).json() as { id: number };
    expect(Number.isInteger(id)).toBe(true);
    expect(await get(path)).toContainEqual({ id, tap: 'sys.memory' });
    await answers(204, 'DELETE', `${path}/${id}`);
    expect(await get(path)).not.toContainEqual({ id, tap: 'sys.memory' });
    await refuses(404, 'DELETE', `${path}/${id}`);
    await refuses(400, 'DELETE', `${path}/nothing`);
    await refuses(400, 'POST', path, json({ Tap: 'sys.nothing' }));
    await refuses(400, 'POST', path);
  }),
  row(`${instance}: GET /2/active/sensor/points`, async ({ get }) => {
    const points = await get(`${instance}/2/active/sensor/points`);
    expect(points).toEqual(
      expect.arrayContaining(['sys.memory', 'sys.cpu.utilization', 'sys.test.int', 'sys.test.float', 'sys.test.bytes']),
    );
  }),
  row(`${instance}: /1/control/sensor`, async ({ get, answers, refuses }) => {
    const path = `${instance}/1/control/sensor`;
    const { id } = (await answers(200, 'POST', path, json(MEMORY))).json() as { id: number };
    expect(await get(path)).toContainEqual({ id, tap: 'sys.memory', active: true });
    expect(await get(`${path}/${id}`)).toEqual({ id, tap: 'sys.memory', permanent: true });
    expect(await get(`${path}/available`)).toContain('sys.memory');
    await answers(204, 'DELETE', `${path}/${id}`);
    await refuses(404, 'GET', `${path}/${id}`);
    await refuses(404, 'DELETE', `${path}/${id}`);
    await refuses(400, 'POST', path, json({}));
  }),
];

export const common: Part = {
  title: 'Calls common to all instances',
  rows: [
    ...INSTANCES.flatMap(rowsOf),
    row('POST /1/login: a cookie connect.sid, at the root', async ({ direct }) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const reply = await direct('POST', '/1/login', { headers, body: 'username=ann&password=pw' });
      expect([reply.status, reply.headers['set-cookie']?.[0]]).toEqual([
        200,
        expect.stringMatching(/^connect\.sid=[^;]+;/),
      ]);
    }),
    row('an engine has eight sensors, ids 1 to 8, from the start', async ({ get }) => {
      const list = (await get('engine-2/2/active/sensor')) as { id: number; tap: string }[];
      expect(list.slice(0, 8).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const what = ['records.size', 'records.rejected.by.encoding', 'records.count', 'records.rejected.by.schema'];
      expect(list.slice(0, 8).map(({ tap }) => tap)).toEqual(
        [1, 0].flatMap((slot) => what.map((one) => `manifold.${slot}.${one}`)),
      );
    }),
    row('points of an engine', async ({ get }) => {
      expect(await get('engine-1/2/active/sensor/points')).toEqual(
        expect.arrayContaining([
          'manifold.debug',
          'manifold.deadlock',
          'manifold.0.profile',
          'manifold.0.debug',
          'manifold.1.records.count',
        ]),
      );
    }),
    row('sensors stay listed through a reset (G32)', async ({ answers, get }) => {
      const { id } = (
        await answers(
          200,
          'POST',
          'engine-1/2/active/sensor',
          json({ ...MEMORY, Tap: 'jet.12345.input.records.count' }),
        )
      ).json() as { id: number };
      await answers(204, 'POST', 'engine-1/2/engine/reset');
      expect(await get('engine-1/2/active/sensor')).toContainEqual({ id, tap: 'jet.12345.input.records.count' });
      await answers(204, 'DELETE', `engine-1/2/active/sensor/${id}`);
    }),
    row('every form of a sensor descriptor', async ({ answers, refuses }) => {
      const forms = [
        { Tap: 'sys.memory', Activate: { Type: 'permanent' }, Aggregate: { Type: 'sum' }, Sink: { Type: 'Pneumo' } },
        { Tap: 'sys.memory', Activate: { Type: 'regular', Interval: 0.5, Duration: 0.1, MaxReads: 3 } },
        { Tap: 'sys.memory', Activate: { Type: 'random', Intensity: 2 }, Filter: null, Aggregate: null },
        { Tap: 'sys.memory', Filter: { Type: '>=', Threshold: '1G' }, Report: { Interval: 0 } },
        { Tap: 'sys.memory', Filter: { Type: 'within-range', MinValue: 1, MaxValue: '2M' }, Aggregate: 'count' },
        { Tap: 'sys.memory', Aggregate: { Type: 'accumulate', SampleSize: 5 }, Version: '1.0', Description: 'd' },
      ];
      for (const form of forms) {
        const { id } = (await answers(200, 'POST', 'connect/2/active/sensor', json(form))).json() as { id: number };
        await answers(204, 'DELETE', `connect/2/active/sensor/${id}`);
      }
      await refuses(400, 'POST', 'connect/2/active/sensor', json({ Tap: 'sys.memory', Filter: { Type: '=' } }));
    }),
  ],
};
