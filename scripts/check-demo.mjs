/** Runs `npm run demo` as a user does: it succeeds, and prints what the README says that it prints. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findMissingPart } from './demo/excerpt.mjs';
import { root, runMain, setUp } from './setup.mjs';

/** What it should take at most; a busy machine may take longer. */
const LIMIT_S = 60;

runMain(async () => {
  await setUp();
  const started = Date.now();
  const { status, output } = await runDemo();
  if (status !== 0) throw new Error(`npm run demo ended with status ${status}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  if (seconds > LIMIT_S) process.stderr.write(`npm run demo took ${seconds} s, more than ${LIMIT_S}\n`);
  const missing = findMissingPart(readFileSync(join(root, 'README.md'), 'utf8'), output);
  if (missing !== undefined) throw new Error(`The README says what the demo does not print there:\n${missing}`);
});

function runDemo() {
  const child = spawn('npm', ['run', 'demo'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
