import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import { serve } from './support/serve.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await openSandbox();
});
afterEach(() => box.close());

const SERVE = ['serve', '--listen', '127.0.0.1:0'];

test('a second server on a home is refused, and the first one serves on', async () => {
  const first = await serve(box.home);
  const { status, stdout, stderr } = await box.fastscore(SERVE);
  expect({ status, stdout }).toEqual({ status: 6, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(
      `^Error: Another server \\(process \\d+\\) works on ${box.home}\nHint: Stop that one first, or set FASTSCORE_HOME`,
    ),
  );
  const socket = await box.fastscore(['serve', '--socket', join(box.home, 'other', 's')]);
  expect(socket.status).toBe(6);
  expect((await fetch(`${first.url}/1/health`)).status).toBe(200);
  // The user's own engine is for commands, and may run beside it.
  expect(await box.ok('engine', 'inspect')).toBe('INIT\n');
  const other = await serve(join(box.directory, 'other home'));
  await other.close();
  await first.close();
  await (await serve(box.home)).close();
});

test('a server that was killed keeps nobody out', async () => {
  for (let round = 0; round < 2; round++) {
    const child = spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), ...SERVE, '--json'], {
      env: { ...process.env, FASTSCORE_HOME: box.home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(child.stdout), 'line');
    expect((await box.fastscore(SERVE)).status).toBe(6);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await (await serve(box.home)).close();
});

test('of servers that start at once, one serves', async () => {
  const children = Array.from({ length: 5 }, () =>
    spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), ...SERVE, '--json'], {
      env: { ...process.env, FASTSCORE_HOME: box.home },
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const ends = await Promise.all(
    children.map((child) =>
      Promise.race([
        once(createInterface(child.stdout), 'line').then(([line]) =>
          String(line).includes('listening') ? 'serves' : line,
        ),
        once(child, 'exit').then(([status]) => status as number),
      ]),
    ),
  );
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : null)));
  expect(ends.map(String).sort()).toEqual(expect.arrayContaining(['serves']));
  expect(ends.filter((end) => end === 'serves')).toHaveLength(1);
});
