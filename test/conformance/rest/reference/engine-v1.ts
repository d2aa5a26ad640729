import { expect } from 'vitest';
import { GAIN, json, modelNamed, REST, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const POLICY = 'application/vnd.fastscore.import-policy-';
const INLINE = { Transport: { Type: 'inline', Data: ['1', '2', '3'] }, Encoding: 'json' };
const BYTES = 'application/octet-stream';

export const engineV1: Part = {
  title: 'Engine, v1',
  rows: [
    row('PUT /1/job/stream/in, /out, /SLOT', async ({ answers, refuses, state }) => {
      await answers(204, 'POST', 'engine-1/2/engine/reset');
      await answers(204, 'PUT', 'engine-1/1/job/model', modelNamed('m', GAIN));
      await refuses(400, 'PUT', 'engine-1/1/job/stream/in', { body: '{"Transport":"nothing"}' });
      await answers(204, 'PUT', 'engine-1/1/job/stream/in', { body: REST });
      await answers(204, 'PUT', 'engine-1/1/job/stream/out', { body: REST });
      await state('running');
      await answers(204, 'PUT', 'engine-1/1/job/stream/1', { body: REST });
    }),
    row('POST /1/job/input and GET /1/job/output: slots 0 and 1', async ({ answers, call, output }) => {
      await answers(204, 'POST', 'engine-1/1/job/input', typed(BYTES, '7'));
      expect(await output()).toBe('21');
      await answers(204, 'POST', 'engine-1/1/job/input/0', typed(BYTES, '8'));
      for (;;) {
        const reply = await call('GET', 'engine-1/1/job/output');
        if (reply.status === 202) continue;
        expect([reply.status, reply.text]).toEqual([200, '24']);
        return;
      }
    }),
    row('GET /1/job/output: 202 after about half a second (G20)', async ({ answers }) => {
      const start = performance.now();
      const { text } = await answers(202, 'GET', 'engine-1/1/job/output/1', { headers: { Accept: '*/*' } });
      expect(text).toBe('');
      expect(performance.now() - start).toBeGreaterThan(300);
    }),
    row('POST /1/job/input, GET /1/job/output: 403 where there is no REST stream', async ({ refuses }) => {
      await refuses(403, 'POST', 'engine-1/1/job/input/2', typed(BYTES, '7'));
      await refuses(403, 'GET', 'engine-1/1/job/output/3');
      await refuses(403, 'POST', 'engine-2/1/job/input', typed(BYTES, '7'));
    }),
    row('POST /1/job/scale?n', async ({ answers, refuses, get }) => {
      await answers(204, 'POST', 'engine-1/1/job/scale?n=2');
      expect(await get('engine-1/1/job/status')).toMatchObject({ scale: 2 });
      await answers(204, 'POST', 'engine-1/1/job/scale?n=1');
      await refuses(403, 'POST', 'engine-1/1/job/scale?n=many');
      await refuses(403, 'POST', 'engine-1/1/job/scale');
    }),
    row('GET /1/job/status: ManifoldInfo', async ({ get }) => {
      expect(await get('engine-1/1/job/status')).toMatchObject({
        model: { name: 'm', type: 'python3', source: GAIN, attachments: [] },
        slots: [
          {
            slot: 0,
            schema: null,
            recordsets: false,
            action: 'action',
            stream: { eof: false, descriptor: { Transport: 'REST' } },
          },
          { slot: 1 },
        ],
        jets: expect.arrayContaining([
          expect.objectContaining({
            pid: expect.any(Number),
            sandbox: expect.stringMatching(/^\d+$/),
            busy: expect.any(Boolean),
          }),
        ]),
        snapshots: 'none',
        state: 'running',
      });
    }),
    row('GET /1/job/status?return', async ({ get }) => {
      expect(await get('engine-1/1/job/status?return=state,snapshots')).toEqual({
        state: 'running',
        snapshots: 'none',
      });
      expect(Object.keys((await get('engine-1/1/job/status?return=slots,jets')) as object).sort()).toEqual([
        'jets',
        'slots',
      ]);
    }),
    row('POST /1/job/sample/cpu?duration: CpuUsageInfo', async ({ answers, refuses }) => {
      const info = (await answers(200, 'POST', 'engine-1/1/job/sample/cpu?duration=0.1')).json();
      const number = expect.any(Number);
      expect(info).toMatchObject({
        ...{
          duration: number,
          input_bytes: number,
          input_records: number,
          output_bytes: number,
          output_records: number,
        },
        ...{ user_time: number, kernel_time: number, op_times: expect.any(Array) },
        jets: expect.arrayContaining([
          expect.objectContaining({
            input_records: number,
            output_records: number,
            user_time: number,
            kernel_time: number,
            model_time: number,
          }),
        ]),
      });
      await refuses(403, 'POST', 'engine-1/1/job/sample/cpu?duration=long');
    }),
    row('GET /1/debug/output', async ({ get }) => {
      expect(await get('engine-1/1/debug/output')).toEqual(expect.any(Array));
    }),
    row('DELETE /1/job: the engine is as new', async ({ answers, get, state }) => {
      await answers(204, 'DELETE', 'engine-1/1/job');
      await state('init');
      expect(await get('engine-1/2/active/stream')).toEqual([]);
    }),
    row('POST /1/stream/sample: base64, at most n, 10 if absent', async ({ answers, refuses }) => {
      expect((await answers(200, 'POST', 'engine-1/1/stream/sample?n=2', json(INLINE))).json()).toEqual([
        'MQ==',
        'Mg==',
      ]);
      const many = { ...INLINE, Transport: { Type: 'inline', Data: Array.from({ length: 20 }, String) } };
      expect((await answers(200, 'POST', 'engine-1/1/stream/sample', json(many))).json()).toHaveLength(10);
      await refuses(400, 'POST', 'engine-1/1/stream/sample', json({ Transport: 'nothing' }));
    }),
    row('POST /1/stream/rate', async ({ answers, refuses }) => {
      const reply = await answers(200, 'POST', 'engine-1/1/stream/rate', json(INLINE));
      expect(reply.json()).toEqual([{ rps: expect.any(Number), mbps: expect.any(Number) }]);
      await refuses(400, 'POST', 'engine-1/1/stream/rate', json({ Transport: 'nothing' }));
    }),
    row('PUT /1/policy: 201, for each language its own', async ({ answers, call }) => {
      for (const language of ['python', 'python3', 'r', 'java', 'c']) {
        const type = `${POLICY}${language}`;
        await answers(201, 'PUT', 'engine-1/1/policy?preinstall=False', typed(type, `${language}: warn\n`));
        const reply = await call('GET', 'engine-1/1/policy', { headers: { Accept: type } });
        expect([reply.status, reply.text]).toEqual([200, `${language}: warn\n`]);
      }
    }),
    row('PUT /1/policy: 400 no policy', async ({ refuses }) => {
      await refuses(400, 'PUT', 'engine-1/1/policy', typed(`${POLICY}python3`, '- a\n'));
      await refuses(400, 'PUT', 'engine-1/1/policy', typed(`${POLICY}octave`, 'a: warn\n'));
    }),
    row('PUT /1/policy?preinstall=True: 201, and once per engine', async ({ answers, refuses }) => {
      const policy = typed(`${POLICY}python3`, 'json: install\n');
      await answers(201, 'PUT', 'engine-2/1/policy?preinstall=True', policy);
      await refuses(400, 'PUT', 'engine-2/1/policy?preinstall=True', policy);
      await answers(201, 'PUT', 'engine-2/1/policy?preinstall=False', policy);
    }),
  ],
};
