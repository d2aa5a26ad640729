/** `npm test`: sets up what is missing, then runs the tests; arguments go to vitest. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { root, runMain, setUp } from './setup.mjs';

runMain(async () => {
  const { missing } = await setUp();
  const status = await vitest(['run', ...process.argv.slice(2)], { FASTSCORE_TEST_WITHOUT: missing.join(',') });
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
