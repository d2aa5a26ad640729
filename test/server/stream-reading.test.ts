import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterAll(() => built.close());

const post = (url: string, payload: string) => built.app.inject({ method: 'POST', url, payload });

test('records of a sample are in base64, as many as are asked for', async () => {
  expect((await post('/1/stream/sample?n=2', '{"Transport": "REST"}')).json()).toEqual(['MQ==', 'Mg==']);
  expect((await post('/1/stream/sample', '{"Transport": "REST"}')).json()).toHaveLength(3);
});

test('a rate is a list with records and megabytes per second', async () => {
  expect((await post('/1/stream/rate', '{"Transport": "REST"}')).json()).toEqual([{ rps: 1000, mbps: 0.5 }]);
});

test.each([
  ['/1/stream/sample', ''],
  ['/1/stream/sample', '{'],
  ['/1/stream/sample?n=0', '{"Transport": "REST"}'],
  ['/1/stream/sample?n=x', '{"Transport": "REST"}'],
  ['/1/stream/rate', ''],
])('%s with %j is refused', async (url, payload) => {
  expect((await post(url, payload)).statusCode).toBe(400);
});
