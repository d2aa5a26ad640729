import { expect, test } from 'vitest';
import { buildServer } from './build-server.ts';
import { FakeEngine } from './fake-engine.ts';

test('GET /1/debug/output has what an engine and its model have said, line by line', async () => {
  const [one, two] = [new FakeEngine('engine-1'), new FakeEngine('engine-2')];
  const built = await buildServer({ fleet: { engines: [one, two] } });
  const output = async (path: string) => (await built.app.inject({ url: `${path}/1/debug/output` })).json();
  expect(await output('')).toEqual([]);
  one.say({ type: 'model-console', stream: 'stdout', text: 'a\nb\n' });
  two.say({ type: 'log', level: 16, text: 'of the other one' });
  one.say({ type: 'log', level: 8, text: 'no way: password=sesame' });
  one.become('running');
  const failure = { code: 'MODEL_FAILED', message: 'failed', traceback: 'Traceback:\n  oops', input: null };
  one.say({ type: 'model-error', failure });
  expect(await output('')).toEqual(['a', 'b', 'no way: password=*****', 'Traceback:', '  oops']);
  expect(await output('/api/1/service/engine-2')).toEqual(['of the other one']);
  expect((await built.app.inject({ url: '/api/1/service/connect/1/debug/output' })).statusCode).toBe(404);
  await built.close();
});
