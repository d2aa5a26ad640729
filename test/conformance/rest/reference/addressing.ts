import { expect } from 'vitest';
import { GAIN, modelNamed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

export const addressing: Part = {
  title: 'Addressing and transport',
  rows: [
    row('services answer without the path of an instance', async ({ direct }) => {
      for (const path of ['/1/health', '/1/connect', '/1/model', '/2/engine/state', '/2/active/sensor']) {
        expect((await direct('GET', path)).status, path).toBe(200);
      }
    }),
    row('double slashes count as one', async ({ direct }) => {
      expect((await direct('GET', '//api/1/service/connect/1/health')).status).toBe(200);
    }),
    row('names in paths are percent-encoded: a%2Fb%20c', async ({ call, answers }) => {
      await answers(201, 'PUT', 'model-manage-1/1/model/a%2Fb%20c', modelNamed('', GAIN));
      expect(((await call('GET', 'model-manage-1/1/model')).json() as string[]).includes('a/b c')).toBe(true);
      await answers(204, 'DELETE', 'model-manage-1/1/model/a%2Fb%20c');
    }),
    row('an unknown instance is 404 in a line', async ({ refuses }) => {
      await refuses(404, 'GET', 'engine-9/1/health');
    }),
    row('JSON as the type of an empty body is no reason to refuse (G6)', async ({ answers }) => {
      await answers(200, 'GET', 'connect/1/connect');
      await answers(204, 'POST', 'engine-1/2/engine/reset');
    }),
    row('no Accept is refused (G35)', async ({ call }) => {
      for (const accept of ['text/html', 'application/json', 'image/png', '*/*']) {
        const { status } = await call('GET', 'engine-1/2/engine/state', { headers: { Accept: accept } });
        expect(status, accept).toBe(200);
      }
    }),
    row('errors are one line of text, without a newline at the end (G22)', async ({ refuses }) => {
      const { headers, text } = await refuses(404, 'GET', 'model-manage-1/1/model/nobody');
      expect(headers['content-type']).toMatch(/^text\/plain/);
      expect(text).toContain('nobody');
    }),
    row('errors carry few headers (G22)', async ({ call }) => {
      const { headers } = await call('GET', 'model-manage-1/1/model/nobody');
      expect(Object.keys(headers).length).toBeLessThanOrEqual(6);
    }),
    row('sockets are kept open well beyond 5 s (G37)', async ({ call }) => {
      const { headers } = await call('GET', 'connect/1/health', { headers: { Connection: 'keep-alive' } });
      expect(Number(/timeout=(\d+)/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(30);
    }),
  ],
};
