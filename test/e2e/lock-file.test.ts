import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { ensureBuilt } from './support/built-binary.ts';

/**
 * Takes the lock, shows that nobody else has it by a file that only one can make, and dies with the lock in its hand,
 * so that all the others find a stale one at once.
 */
const PROCESS = `
  import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
  import { setTimeout as delay } from 'node:timers/promises';
  const [folder, module] = process.argv.slice(1);
  const { tryLock } = await import(module);
  while ((await tryLock(folder + '/lock')) === null) await delay(Math.random() * 4);
  writeFileSync(folder + '/holder', '', { flag: 'wx' });
  appendFileSync(folder + '/log', process.pid + '\\n');
  await delay(5);
  rmSync(folder + '/holder');
  process.kill(process.pid, 'SIGKILL');
`;

it('processes that find a stale lock at once never both get it', async () => {
  await ensureBuilt();
  const folder = temporaryFolder();
  const module = pathToFileURL(join(packageRoot, 'dist', 'cli', 'embedded', 'lock-file.js')).href;
  const children = Array.from({ length: 12 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', PROCESS, folder, module], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const ends = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(ends.map(([, signal]) => signal)).toEqual(children.map(() => 'SIGKILL'));
  expect(new Set(readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')).size).toBe(children.length);
});
