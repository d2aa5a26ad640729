import { expect } from 'vitest';
import { zipOf } from '../../../services/clients/support/zip.ts';
import { GAIN, json, PYTHON3, typed } from './fleet.ts';
import type { Part, Row } from './row.ts';
import { row } from './row.ts';

const MM = 'model-manage-1/1';
const ZIP = zipOf({ 'weights.txt': '5\n' });

/** Media type as it comes back, by those that may be sent. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  'model-pfa+json': ['model-pfa+json', 'model-pfa-json'],
  'model-pfa-yaml': ['model-pfa-yaml'],
  'model-pfa-pretty': ['model-pfa-pretty'],
  'model-h2o-java': ['model-h2o-java'],
  'model-python': ['model-python', 'model-python2'],
  'model-python3': ['model-python3'],
  'model-r': ['model-r'],
  'model-java': ['model-java'],
  'model-c': ['model-c'],
  'model-m': ['model-m'],
  'model-jupyter': ['model-jupyter'],
  'model-sas': ['model-sas'],
};
/** Of clients before 1.10. */
const OLD_TYPES: Readonly<Record<string, string>> = {
  'application/vnd.pfa+json': 'model-pfa+json',
  'application/vnd.ppfa': 'model-pfa-pretty',
  'application/x-yaml': 'model-pfa-yaml',
  'application/x-r': 'model-r',
  'application/x-python': 'model-python',
  'application/x-python2': 'model-python',
  'application/x-python3': 'model-python3',
  'application/json': 'model-pfa+json',
};
const vendor = (type: string) => `application/vnd.fastscore.${type}`;

const typeRows = Object.entries(TYPES).map(
  ([shown, sent]): Row =>
    row(`PUT, GET /1/model/M of type ${shown}: the Content-Type exactly (G1)`, async ({ answers, call }) => {
      for (const type of sent) {
        await answers(201, 'PUT', `${MM}/model/typed`, typed(vendor(type), 'x = 1\n'));
        const reply = await call('GET', `${MM}/model/typed`);
        expect([reply.status, reply.headers['content-type'], reply.text]).toEqual([200, vendor(shown), 'x = 1\n']);
        await answers(204, 'DELETE', `${MM}/model/typed`);
      }
    }),
);

const documentRows = (kind: string, document: unknown): Row[] => [
  row(`PUT /1/${kind}/X: 201, then 204 (G13)`, async ({ answers }) => {
    await answers(201, 'PUT', `${MM}/${kind}/x`, json(document));
    await answers(204, 'PUT', `${MM}/${kind}/x`, json(document));
  }),
  row(`PUT /1/${kind}/X: 400 no JSON`, async ({ refuses }) => {
    await refuses(400, 'PUT', `${MM}/${kind}/x`, { body: '{' });
    await refuses(400, 'PUT', `${MM}/${kind}/x`);
  }),
  row(`GET /1/${kind}, /1/${kind}/X`, async ({ get, refuses }) => {
    expect(await get(`${MM}/${kind}`)).toEqual(['x']);
    expect(await get(`${MM}/${kind}/x`)).toEqual(document);
    await refuses(404, 'GET', `${MM}/${kind}/nothing`);
  }),
  row(`DELETE /1/${kind}/X`, async ({ answers, refuses, get }) => {
    await answers(204, 'DELETE', `${MM}/${kind}/x`);
    await refuses(404, 'DELETE', `${MM}/${kind}/x`);
    expect(await get(`${MM}/${kind}`)).toEqual([]);
  }),
];

export const modelManage: Part = {
  title: 'Model Manage',
  rows: [
    row('GET /1/model: [] when there is none (G12)', async ({ get }) => {
      expect(await get(`${MM}/model`)).toEqual([]);
      expect(await get(`${MM}/model?return=type`)).toEqual([]);
    }),
    row('PUT /1/model/M: 201 created, 204 updated (G13)', async ({ answers }) => {
      await answers(201, 'PUT', `${MM}/model/gain`, typed(PYTHON3, GAIN));
      await answers(204, 'PUT', `${MM}/model/gain`, typed(PYTHON3, GAIN));
    }),
    row('PUT /1/model/M: 400 unknown type', async ({ refuses }) => {
      await refuses(400, 'PUT', `${MM}/model/gain`, typed('application/x-cobol', GAIN));
    }),
    row('PUT /1/model/M in Latin-1 comes back as UTF-8 (G18)', async ({ answers, call }) => {
      await answers(201, 'PUT', `${MM}/model/latin`, typed(PYTHON3, Buffer.from('# \u00e9\n', 'latin1')));
      expect((await call('GET', `${MM}/model/latin`)).text).toBe('# \u00e9\n');
      await answers(204, 'DELETE', `${MM}/model/latin`);
    }),
    row('PUT /1/model/M of a JSON type, encoded twice, and as it is (G3)', async ({ answers, call }) => {
      const source = '{"input":"int"}';
      for (const body of [JSON.stringify(source), source]) {
        await answers(201, 'PUT', `${MM}/model/pfa`, typed(vendor('model-pfa+json'), body));
        const plain = await call('GET', `${MM}/model/pfa`, { headers: { 'User-Agent': 'curl/8' } });
        expect(plain.text).toBe(source);
        await answers(204, 'DELETE', `${MM}/model/pfa`);
      }
    }),
    row('GET /1/model/M: a source that is JSON reaches the SDK as a text (G4)', async ({ answers, call }) => {
      const source = '{"cells":[]}';
      await answers(201, 'PUT', `${MM}/model/note`, typed(vendor('model-jupyter'), source));
      expect((await call('GET', `${MM}/model/note`)).json()).toBe(source);
      await answers(204, 'DELETE', `${MM}/model/note`);
    }),
    ...typeRows,
    row('PUT /1/model/M with the types of older clients', async ({ answers, call }) => {
      for (const [type, shown] of Object.entries(OLD_TYPES)) {
        await answers(201, 'PUT', `${MM}/model/old`, typed(type, 'x = 1\n'));
        expect((await call('GET', `${MM}/model/old`)).headers['content-type'], type).toBe(vendor(shown));
        await answers(204, 'DELETE', `${MM}/model/old`);
      }
    }),
    row('GET /1/model and ?return=type', async ({ get, refuses }) => {
      expect(await get(`${MM}/model`)).toEqual(['gain']);
      expect(await get(`${MM}/model?return=type`)).toEqual([{ name: 'gain', type: 'python3' }]);
      await refuses(403, 'GET', `${MM}/model?return=size`);
    }),
    row('GET, DELETE /1/model/M: 404 no such model', async ({ refuses }) => {
      await refuses(404, 'GET', `${MM}/model/nobody`);
      await refuses(404, 'DELETE', `${MM}/model/nobody`);
    }),
    row('GET /1/model/M/attachment: [], 403 no such model', async ({ get, refuses }) => {
      expect(await get(`${MM}/model/gain/attachment`)).toEqual([]);
      await refuses(403, 'GET', `${MM}/model/nobody/attachment`);
    }),
    row('PUT /1/model/M/attachment/A: 201, 204, 404 no such model', async ({ answers, refuses }) => {
      await answers(201, 'PUT', `${MM}/model/gain/attachment/a.zip`, typed('application/zip', ZIP));
      await answers(204, 'PUT', `${MM}/model/gain/attachment/a.zip`, typed('application/zip', ZIP));
      await refuses(404, 'PUT', `${MM}/model/nobody/attachment/a.zip`, typed('application/zip', ZIP));
    }),
    row('HEAD /1/model/M/attachment/A: type and length (G2)', async ({ call }) => {
      const { status, headers } = await call('HEAD', `${MM}/model/gain/attachment/a.zip`);
      expect([status, headers['content-type'], headers['content-length']]).toEqual([
        200,
        'application/zip',
        String(ZIP.length),
      ]);
      expect((await call('HEAD', `${MM}/model/gain/attachment/b.zip`)).status).toBe(404);
    }),
    row('GET /1/model/M/attachment/A: the same bytes', async ({ call, refuses }) => {
      const reply = await call('GET', `${MM}/model/gain/attachment/a.zip`, {
        headers: { Accept: 'application/zip, application/gzip' },
      });
      expect(reply.bytes.equals(ZIP)).toBe(true);
      await refuses(404, 'GET', `${MM}/model/gain/attachment/b.zip`);
    }),
    row('DELETE /1/model/M/attachment/A', async ({ answers, refuses }) => {
      await answers(204, 'DELETE', `${MM}/model/gain/attachment/a.zip`);
      await refuses(404, 'DELETE', `${MM}/model/gain/attachment/a.zip`);
    }),
    row('DELETE /1/model/M takes its attachments along', async ({ answers, get }) => {
      await answers(201, 'PUT', `${MM}/model/gain/attachment/a.zip`, typed('application/zip', ZIP));
      await answers(204, 'DELETE', `${MM}/model/gain`);
      await answers(201, 'PUT', `${MM}/model/gain`, typed(PYTHON3, GAIN));
      expect(await get(`${MM}/model/gain/attachment`)).toEqual([]);
      await answers(204, 'DELETE', `${MM}/model/gain`);
    }),
    ...documentRows('schema', { type: 'array', items: 'int' }),
    row('PUT, GET /1/schema/S: a bare name is a schema (G8)', async ({ answers, call }) => {
      await answers(201, 'PUT', `${MM}/schema/n`, { body: '"int"' });
      expect((await call('GET', `${MM}/schema/n`)).text).toBe('"int"');
    }),
    row('PUT /1/schema/S: a text that holds JSON is that JSON (G5)', async ({ answers, get }) => {
      for (const value of [{ type: 'array', items: 'int' }, 'int']) {
        await answers(204, 'PUT', `${MM}/schema/n`, { body: JSON.stringify(JSON.stringify(value)) });
        expect(await get(`${MM}/schema/n`)).toEqual(value);
      }
      await answers(204, 'DELETE', `${MM}/schema/n`);
    }),
    ...documentRows('stream', { Transport: 'REST', Encoding: 'json' }),
    ...documentRows('sensor', { Tap: 'sys.memory' }),
    row('POST /1/git: a webhook is welcome', async ({ call }) => {
      const headers = { 'X-GitHub-Event': 'push', 'Content-Type': 'application/json' };
      expect((await call('POST', `${MM}/git`, { headers, body: '{"ref":"refs/heads/master"}' })).status).toBe(200);
    }),
  ],
};
