import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

const run = promisify(execFile);
const AUTHOR = ['-c', 'user.name=Ann', '-c', 'user.email=ann@localhost', '-c', 'commit.gpgsign=false'];

let built: Built;
let origin: string;
beforeEach(async () => {
  built = await buildServer();
  origin = join(built.folder, 'origin');
});
afterEach(() => built.close());

const git = (folder: string, ...words: string[]) => run('git', ['-C', folder, ...AUTHOR, ...words]);
const hook = (headers: Record<string, string> = {}) =>
  built.app.inject({
    method: 'POST',
    url: '/api/1/service/model-manage-1/1/git',
    headers: { 'content-type': 'application/json', 'x-github-event': 'push', ...headers },
    payload: '{"ref":"refs/heads/main"}',
  });

async function push(model: string, source: string): Promise<void> {
  await mkdir(join(origin, 'models'), { recursive: true });
  await writeFile(join(origin, 'models', model), source);
  await git(origin, 'add', '.');
  await git(origin, 'commit', '--quiet', '-m', 'Add a model');
}

async function cloned(): Promise<void> {
  await mkdir(origin);
  await git(origin, 'init', '--quiet', '--initial-branch=main');
  await push('one.py3', 'def action(x):\n    yield x\n');
  await rm(built.catalog.directory, { recursive: true, force: true });
  await run('git', ['clone', '--quiet', origin, built.catalog.directory]);
}

test('a push to the repository that the catalog is a clone of brings its models', async () => {
  await cloned();
  await push('two.py3', 'def action(x):\n    yield 2 * x\n');
  const reply = await hook();
  expect([reply.statusCode, reply.json()]).toEqual([200, { pulled: true }]);
  expect((await built.app.inject({ url: '/1/model' })).json()).toEqual(['one', 'two']);
});

test('what cannot be taken over without merging is refused in a line, and nothing changes', async () => {
  await cloned();
  await push('one.py3', 'def action(x):\n    yield 3 * x\n');
  const changed = join(built.catalog.directory, 'models', 'one.py3');
  await writeFile(changed, 'def action(x):\n    yield 4 * x\n');
  const reply = await hook();
  expect([reply.statusCode, reply.body]).toEqual([400, expect.stringMatching(/^The catalog cannot be brought up/)]);
  expect((await built.app.inject({ url: '/1/model/one' })).body).toContain('4 * x');
});

test('an event is welcome also where there is nothing to be done', async () => {
  expect((await hook()).json()).toEqual({ pulled: false });
  await cloned();
  expect((await hook({ 'x-github-event': 'ping' })).json()).toEqual({ pulled: false });
  expect((await hook({ 'content-type': 'text/plain' })).statusCode).toBe(415);
});
