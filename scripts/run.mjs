import { spawn } from 'node:child_process';
import process from 'node:process';

/** Of each end: npm tells first what is wrong, compilers last. */
const SHOWN_LINES = 15;

/**
 * Runs a program and gives back what it printed; the error of one that fails ends with the ends of that.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (status, signal) => {
      const output = Buffer.concat(chunks).toString('utf8');
      if (status === 0) return resolve(output);
      const what = `${[command, ...args].join(' ')} failed (${signal ?? `status ${status}`})`;
      reject(new Error(`${what}\n${endsOf(output.trimEnd().split('\n')).join('\n')}`));
    });
  });
}

function endsOf(lines) {
  if (lines.length <= 2 * SHOWN_LINES) return lines;
  return [...lines.slice(0, SHOWN_LINES), '...', ...lines.slice(-SHOWN_LINES)];
}

/** npm as it runs us, without the settings that it hands to its scripts: they are about another call. */
export function runNpm(args, options = {}) {
  const env = Object.fromEntries(
    Object.entries(options.env ?? process.env).filter(
      ([name]) => !/^npm_(config|lifecycle|package|command)/i.test(name),
    ),
  );
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], { ...options, env });
  return run('npm', args, { ...options, env });
}
