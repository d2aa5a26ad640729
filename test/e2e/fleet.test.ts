import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
let server: ChildProcess;
let serving: Promise<unknown>;
beforeAll(async () => {
  box = await openSandbox();
  const socket = join(box.home, '..', 'own', 's.sock');
  const env = { FASTSCORE_HOME: join(box.home, '..', 'own') };
  serving = box.fastscore(['serve', '--engines', '2', '--socket', socket], {
    env,
    onStart: (child) => {
      server = child;
    },
  });
  await box.ok('connect', `unix:${socket}`);
});
afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill();
  await Promise.all([ended, serving]);
  await box.close();
});

test('commands go to the engine that was chosen, and with --engine to another one', async () => {
  expect(await box.ok('use', 'engine-2', '-v')).toBe(
    "'engine-2' set as a preferred instance of 'engine'\nSubsequent commands to target 'engine-2'\n",
  );
  expect(await box.ok('engine', 'pause', '-v')).toBe("Engine 'engine-2' paused\n");
  expect(await box.ok('-engine:engine-1', 'engine', 'reset', '-v')).toBe("Engine 'engine-1' reset\n");
  expect(await box.ok('use')).toBe('engine-2\n');
});

test('fleet version is the long form of fleet', async () => {
  const table = await box.ok('fleet', 'version');
  expect(table).toMatch(/^Name +API +Health +Release +Built On$/m);
  expect(table).toMatch(/^CLI +UI +ok /m);
  expect(table).toMatch(/^engine-2 +engine +ok /m);
});
