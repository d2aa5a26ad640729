import { expect } from 'vitest';
import { GAIN, json, modelNamed, REST } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const ENGINE = 'engine-1/2';
const named = (name: string, body: string) => ({
  body,
  headers: { 'Content-Disposition': `x-stream; name="${name}"` },
});

export const engineV2: Part = {
  title: 'Engine, v2',
  rows: [
    row('GET /2/engine/state: in lower case', async ({ answers, get }) => {
      await answers(204, 'POST', `${ENGINE}/engine/reset`);
      expect(await get(`${ENGINE}/engine/state`)).toEqual({ state: 'init' });
    }),
    row('GET /2/active/model: 404 none', async ({ refuses }) => {
      await refuses(404, 'GET', `${ENGINE}/active/model`);
      await refuses(404, 'DELETE', `${ENGINE}/active/model`);
    }),
    row('GET /2/active/stream: [] (G12)', async ({ get }) => {
      expect(await get(`${ENGINE}/active/stream`)).toEqual([]);
    }),
    row('PUT /2/active/stream/SLOT?dry-run=True: the internal form, nothing attached', async ({ answers, get }) => {
      const body = '{"Transport":{"Type":"inline","Data":["1"]},"Encoding":"json"}';
      const reply = await answers(200, 'PUT', `${ENGINE}/active/stream/0?dry-run=True`, named('s', body));
      expect(reply.json()).toMatchObject({
        transport: { type: expect.stringMatching(/inline/i), data: expect.any(Array) },
        encoding: 'json',
        loop: expect.anything(),
        linger_time: 3000,
        batching: { watermark: expect.any(Number), nagle_time: expect.any(Number) },
        schema: 'undefined',
      });
      const open = await answers(200, 'PUT', `${ENGINE}/active/stream/0?dry-run=True`, {
        body: '{"Transport":"REST","Encoding":"json","Schema":null}',
      });
      expect(open.json()).not.toHaveProperty('schema');
      expect(await get(`${ENGINE}/active/stream`)).toEqual([]);
    }),
    row('a dry run on the other side is no error, and opens nothing (G14)', async ({ answers }) => {
      for (const Transport of [
        { Type: 'inline', Data: ['1'] },
        { Type: 'UDP', BindTo: '127.0.0.1', Port: 9999 },
      ]) {
        const body = JSON.stringify({ Transport, Encoding: 'json' });
        await answers(200, 'PUT', `${ENGINE}/active/stream/1?dry-run=True`, { body });
      }
    }),
    row('PUT /2/active/stream/SLOT: 204, 400', async ({ answers, refuses }) => {
      await answers(204, 'PUT', `${ENGINE}/active/stream/0?dry-run=False`, named('inline-526507', REST));
      await refuses(400, 'PUT', `${ENGINE}/active/stream/0?dry-run=False`, { body: '{"Transport":"nothing"}' });
      await refuses(400, 'PUT', `${ENGINE}/active/stream/one?dry-run=False`, { body: REST });
    }),
    row('GET /2/active/stream: slots are numbers, descriptors external (G36)', async ({ get }) => {
      expect(await get(`${ENGINE}/active/stream`)).toEqual([
        { slot: 0, name: 'inline-526507', descriptor: { Transport: 'REST', Encoding: 'json' }, eof: false },
      ]);
    }),
    row('PUT /2/active/stream/SLOT: inline, without a name, as Scala sends it', async ({ answers, get }) => {
      const headers = { 'Content-Disposition': 'inline' };
      await answers(204, 'PUT', `${ENGINE}/active/stream/0`, { body: REST, headers });
      expect(await get(`${ENGINE}/active/stream`)).toMatchObject([{ slot: 0, name: expect.stringMatching(/./) }]);
    }),
    row('DELETE /2/active/stream/SLOT: 204, 404', async ({ answers, refuses }) => {
      await answers(204, 'DELETE', `${ENGINE}/active/stream/0`);
      await refuses(404, 'DELETE', `${ENGINE}/active/stream/0`);
      await refuses(400, 'DELETE', `${ENGINE}/active/stream/one`);
    }),
    row('init becomes running when model and streams are there, in any order', async ({ answers, state }) => {
      for (const slot of [1, 0]) await answers(204, 'PUT', `${ENGINE}/active/stream/${slot}`, { body: REST });
      await answers(204, 'PUT', 'engine-1/1/job/model', modelNamed('m', GAIN));
      await state('running');
    }),
    row('GET /2/active/model: ActiveModelInfo', async ({ get }) => {
      expect(await get(`${ENGINE}/active/model`)).toEqual({
        ...{ name: 'm', mtype: 'python3', interpreter: 'python3', source: GAIN, attachments: [], snapshots: 'none' },
        slots: [
          { slot: 0, schema: null, recordsets: false, action: 'action' },
          { slot: 1, schema: null, recordsets: false, action: null },
        ],
        jets: [{ pid: expect.any(Number), sandbox: expect.stringMatching(/^\d+$/) }],
      });
    }),
    row('POST /2/active/model/scale: a bare number, 204', async ({ answers, get, refuses }) => {
      await answers(204, 'POST', `${ENGINE}/active/model/scale`, { body: '2' });
      expect(await get('engine-1/1/job/status')).toMatchObject({ scale: 2 });
      await refuses(400, 'POST', `${ENGINE}/active/model/scale`, { body: '"two"' });
    }),
    row('POST /2/active/model/scale: no body is 0 (G7), and [] are no jets (G33)', async ({ answers, get, state }) => {
      await answers(204, 'POST', `${ENGINE}/active/model/scale`);
      await expect
        .poll(async () => ((await get(`${ENGINE}/active/model`)) as { jets: unknown }).jets, { timeout: 20_000 })
        .toEqual([]);
      await answers(204, 'POST', `${ENGINE}/active/model/scale`, { body: '1' });
      await state('running');
    }),
    row('POST /2/active/model/roundtrip/IN/OUT', async ({ answers, refuses, call }) => {
      const path = `${ENGINE}/active/model/roundtrip/0/1`;
      expect(
        (await answers(200, 'POST', `${path}?timeout=30`, { body: '7', headers: { 'Content-Type': undefined } })).text,
      ).toBe('21');
      expect((await answers(200, 'POST', path, { body: '8' })).text).toBe('24');
      await refuses(403, 'POST', `${ENGINE}/active/model/roundtrip/2/3`, { body: '8' });
      expect((await call('POST', `${ENGINE}/active/model/roundtrip/0/x`, { body: '8' })).status).toBe(400);
    }),
    row(
      'while running: 400 unload and detach, 204 re-attach and another model',
      async ({ answers, refuses, state }) => {
        await refuses(400, 'DELETE', `${ENGINE}/active/model`);
        await refuses(400, 'DELETE', `${ENGINE}/active/stream/0`);
        await answers(204, 'PUT', `${ENGINE}/active/stream/0`, { body: REST });
        await answers(204, 'PUT', 'engine-1/1/job/model', modelNamed('n', GAIN.replace('3', '4')));
        await state('running');
      },
    ),
    row('POST /2/engine/pause, /unpause', async ({ answers, state }) => {
      await answers(204, 'POST', `${ENGINE}/engine/pause`);
      await state('paused');
      await answers(204, 'POST', `${ENGINE}/engine/unpause`);
      await state('running');
    }),
    row('204 at the end of the output, never an empty 200 (G20), and the state finished', async (fleet) => {
      const inline = '{"Transport":{"Type":"inline","Data":["5"]},"Encoding":"json"}';
      await fleet.run(GAIN, [inline, REST]);
      expect(await fleet.output()).toBe('15');
      await expect
        .poll(async () => (await fleet.call('GET', 'engine-1/1/job/output/1')).status, { timeout: 20_000 })
        .toBe(204);
      await fleet.state('finished');
      await fleet.refuses(400, 'POST', `${ENGINE}/engine/pause`);
    }),
    row('POST /2/engine/reset, from any state', async ({ answers, state, refuses }) => {
      await answers(204, 'POST', `${ENGINE}/engine/reset`);
      await state('init');
      await refuses(404, 'GET', `${ENGINE}/active/model`);
    }),
    row('POST /2/active/schema/verify: 200 {id}, 400', async ({ answers, refuses }) => {
      const { id } = (await answers(200, 'POST', `${ENGINE}/active/schema/verify`, { body: '"int"' })).json() as {
        id: number;
      };
      expect(Number.isInteger(id)).toBe(true);
      await refuses(400, 'POST', `${ENGINE}/active/schema/verify`, json({ type: 'flaot' }));
    }),
    row('POST /2/active/schema/verify/ID: 204, 400 with the reason; DELETE', async ({ answers, refuses }) => {
      const verify = `${ENGINE}/active/schema/verify`;
      const { id } = (await answers(200, 'POST', verify, { body: '"int"' })).json() as { id: number };
      for (const data of [0, 7]) await answers(204, 'POST', `${verify}/${id}`, json({ data }));
      expect((await refuses(400, 'POST', `${verify}/${id}`, json({ data: 'x' }))).text).toBe('Int expected, not "x"');
      await answers(204, 'DELETE', `${verify}/${id}`);
      await refuses(404, 'DELETE', `${verify}/${id}`);
    }),
  ],
};
