import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({ ...MODELS });
});
afterAll(() => box.close());

test('models, schemas and streams outlive the engine, as plain files', async () => {
  expect(await box.ok('model', 'add', 'echo', 'echo.py', '-v')).toBe('Model created\n');
  expect(await box.fastscore(['schema', 'add', 'amps', '-v'], { input: '"int"' })).toEqual({
    status: 0,
    stdout: 'Schema created\n',
    stderr: '',
  });
  expect((await box.fastscore(['stream', 'add', 'in'], { input: '{"Transport":"REST"}' })).status).toBe(0);
  await box.ok('engine', 'stop');
  expect(await box.ok('model', 'list')).toBe('Name    Type\n------  ------\necho    python\n');
  expect(await box.ok('model', 'show', 'echo')).toBe(MODELS['echo.py']);
  expect(await box.ok('schema', 'show', 'amps')).toBe('"int"\n');
  expect(await box.ok('stream', 'show', 'in')).toBe('{\n  "Transport": "REST"\n}\n');
  expect(await readFile(join(box.home, 'catalog', 'schemas', 'amps.json'), 'utf8')).toContain('"int"');
  expect(await box.ok('model', 'remove', 'echo', '-v')).toBe("Model 'echo' removed\n");
  expect(await box.fastscore(['model', 'show', 'echo'])).toEqual({
    status: 5,
    stdout: '',
    stderr: "Error: Model 'echo' not found\nTry: fastscore model list\n",
  });
});
