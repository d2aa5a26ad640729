import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterAll(() => built.close());

const post = (url: string, payload: string) => built.app.inject({ method: 'POST', url, payload });

async function open(schema: string): Promise<string> {
  const { id } = (await post('/2/active/schema/verify', schema)).json<{ id: number }>();
  return `/2/active/schema/verify/${id}`;
}

test('records are checked against a schema that has been given, and are told why they do not fit', async () => {
  const url = await open('"int"');
  expect((await post(url, '{"data":7}')).statusCode).toBe(204);
  expect((await post(url, '{"data":0}')).statusCode).toBe(204);
  const refused = await post(url, '{"data":"x"}');
  expect([refused.statusCode, refused.body]).toEqual([400, 'Int expected, not "x"']);
  expect((await built.app.inject({ method: 'DELETE', url })).statusCode).toBe(204);
  expect((await post(url, '{"data":7}')).statusCode).toBe(404);
  expect((await built.app.inject({ method: 'DELETE', url })).statusCode).toBe(404);
});

test('every digit of a number counts', async () => {
  const url = await open('{"type":"long"}');
  expect((await post(url, '{\n  "data": 9223372036854775807\n}')).statusCode).toBe(204);
  expect((await post(url, '{"data":9223372036854775808}')).statusCode).toBe(400);
});

test('what is no schema is refused, and what is no record', async () => {
  const refused = await post('/2/active/schema/verify', '"flaot"');
  expect([refused.statusCode, refused.body]).toEqual([400, 'Type "flaot" is undefined']);
  const url = await open('"int"');
  expect((await post(url, '7')).statusCode).toBe(400);
  expect((await post(url, '{}')).statusCode).toBe(400);
});

test('schemas that nobody removes are forgotten in the end', async () => {
  const first = await open('"int"');
  for (let i = 0; i < 1000; i++) await open('"int"');
  expect((await post(first, '{"data":7}')).statusCode).toBe(404);
});
