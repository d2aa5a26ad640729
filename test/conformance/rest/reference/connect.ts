import { expect } from 'vitest';
import { json, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

interface Entry {
  readonly name: string;
  readonly api: string;
  readonly health: string;
}

const CONFIG = {
  fastscore: {
    fleet: [{ api: 'engine', host: 'e', port: 8003 }],
    pneumo: { type: 'REST' },
    db: { type: 'mysql', host: 'd', port: 3306, username: 'root', password: 'secret://db' },
  },
};
const YAML = 'application/x-yaml';

export const connect: Part = {
  title: 'Connect',
  rows: [
    row('GET /1/connect: all fields of all instances but connect', async ({ get }) => {
      const fleet = (await get('connect/1/connect')) as Entry[];
      expect(fleet.map(({ name, api, health }) => [name, api, health])).toEqual([
        ['engine-1', 'engine', 'ok'],
        ['engine-2', 'engine', 'ok'],
        ['model-manage-1', 'model-manage', 'ok'],
      ]);
      for (const entry of fleet) {
        expect(entry).toEqual({
          ...{ id: expect.any(String), name: expect.any(String), api: expect.any(String), host: expect.any(String) },
          ...{ port: expect.any(Number), release: expect.any(String), built_on: expect.any(String), health: 'ok' },
        });
      }
    }),
    row('GET /1/connect?name, api, host, port, release, health: exact, all of them', async ({ get }) => {
      const [first] = (await get('connect/1/connect?name=engine-1')) as Record<string, unknown>[];
      for (const field of ['name', 'api', 'host', 'port', 'release', 'health']) {
        const value = encodeURIComponent(String(first?.[field]));
        expect(await get(`connect/1/connect?${field}=${value}`)).toContainEqual(first);
        expect(await get(`connect/1/connect?${field}=x${value}`)).toEqual([]);
      }
      expect(await get('connect/1/connect?api=engine&name=model-manage-1')).toEqual([]);
      expect(await get('connect/1/connect?api=engine&name=engine-2')).toHaveLength(1);
    }),
    row('GET /1/connect?return=FIELDS', async ({ get }) => {
      expect(await get('connect/1/connect?api=engine&return=name,api')).toEqual([
        { name: 'engine-1', api: 'engine' },
        { name: 'engine-2', api: 'engine' },
      ]);
    }),
    row('GET /1/connect: nobody is [] (G12)', async ({ get }) => {
      expect(await get('connect/1/connect?api=composer')).toEqual([]);
    }),
    row('GET /1/connect?api=engine-x: the oldest R clients look for that', async ({ get }) => {
      expect(await get('connect/1/connect?api=engine-x')).toHaveLength(2);
    }),
    row('GET /1/config: 404 while none is set', async ({ refuses }) => {
      await refuses(404, 'GET', 'connect/1/config');
    }),
    row('PUT /1/config: 201 the first time, 204 after that (G13)', async ({ answers }) => {
      await answers(201, 'PUT', 'connect/1/config', json(CONFIG));
      await answers(204, 'PUT', 'connect/1/config', json(CONFIG));
    }),
    row('PUT /1/config as YAML, every scalar a text, tagged by Python 2 (G10)', async ({ answers, get }) => {
      const body = [
        "!!python/unicode 'fastscore':",
        "  !!python/unicode 'fleet':",
        "  - {!!python/unicode 'api': !!python/unicode 'model-manage', !!python/unicode 'port': !!python/unicode '8002'}",
      ].join('\n');
      await answers(204, 'PUT', 'connect/1/config', typed(YAML, body));
      expect(await get('connect/1/config?q=fleet')).toEqual([
        { api: 'model-manage', port: 8002, name: 'model-manage-1' },
      ]);
      await answers(204, 'PUT', 'connect/1/config', json(CONFIG));
    }),
    row('PUT /1/config: 400 malformed', async ({ refuses }) => {
      await refuses(400, 'PUT', 'connect/1/config', typed(YAML, 'a: [1'));
      await refuses(400, 'PUT', 'connect/1/config', typed('application/json', '[1]'));
    }),
    row('GET /1/config: JSON, with names filled in (G11)', async ({ call }) => {
      const reply = await call('GET', 'connect/1/config', { headers: { Accept: 'application/json' } });
      expect(reply.headers['content-type']).toMatch(/^application\/json/);
      const { fastscore } = reply.json() as typeof CONFIG;
      expect(fastscore.fleet).toEqual([{ api: 'engine', host: 'e', port: 8003, name: 'engine-1' }]);
    }),
    row('GET /1/config: YAML for R', async ({ call }) => {
      const reply = await call('GET', 'connect/1/config', { headers: { Accept: YAML } });
      expect([reply.headers['content-type'], reply.text]).toEqual([YAML, expect.stringMatching(/^fastscore:\n/)]);
    }),
    row('GET /1/config?q=SECTION', async ({ get, refuses }) => {
      expect(await get('connect/1/config?q=db')).toEqual(CONFIG.fastscore.db);
      await refuses(404, 'GET', 'connect/1/config?q=nothing');
    }),
  ],
};
