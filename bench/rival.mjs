import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const rivals = fileURLToPath(new URL('rivals/', import.meta.url));

/** The number that a script of bench/rivals prints. */
export async function rival(script, ...args) {
  const { stdout } = await run('python3', [script, ...args.map(String)], { cwd: rivals });
  return Number(stdout);
}
