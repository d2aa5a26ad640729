import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { spawnGuarded } from '../../src/jets/spawn-guarded.ts';

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-guarded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const env = { PATH: process.env.PATH ?? '' };

test('a jet that waits for its pipes to be opened ends when its engine does', async () => {
  const cwd = await openFolder();
  execFileSync('mkfifo', [join(cwd, 'in.pipe')]);
  const child = spawnGuarded('/bin/sh', ['-c', 'echo here; exec cat in.pipe'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child.stdout!, 'data');
  // What the system does when the engine is killed.
  (child.stdio.at(-1) as unknown as Socket).destroy();
  const [status, signal] = await once(child, 'exit');
  expect([status, signal]).toEqual([null, 'SIGKILL']);
});

test('an engine that ends before the jet has begun leaves none behind', async () => {
  const cwd = await openFolder();
  const child = spawnGuarded('/bin/sh', ['-c', 'while :; do :; done'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  (child.stdio.at(-1) as unknown as Socket).destroy();
  const [status, signal] = await once(child, 'exit');
  expect([status, signal]).toEqual([null, 'SIGKILL']);
});
