/**
 * `npm test`: sets up what is missing, then runs the tests; arguments go to vitest. The projects of vitest.config.ts
 * that have commands of their own run when they are named with --project.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { root, runMain, setUp } from './setup.mjs';

runMain(async () => {
  const { missing } = await setUp();
  const args = process.argv.slice(2);
  const projects = args.includes('--project') ? [] : ['--project', 'units', '--project', 'processes'];
  const status = await vitest(['run', ...projects, ...args], { FASTSCORE_TEST_WITHOUT: missing.join(',') });
  if (missing.length > 0) process.stderr.write(`\nNot tested, because it is not installed: ${missing.join(', ')}\n`);
  return status;
});

function vitest(args, variables) {
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}
