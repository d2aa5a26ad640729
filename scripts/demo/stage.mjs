import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { stripVTControlCharacters, styleText } from 'node:util';
import { withProgress } from '../progress.mjs';

/**
 * Where the demo plays: a shell in the checkout with a FASTSCORE_HOME of its own. Every command is printed as it is
 * typed, with all that it prints.
 * @param {string} root
 */
export function openStage(root) {
  // Short, because the path of the engine's socket may take no more than about 100 bytes.
  const home = mkdtempSync(join(tmpdir(), 'fastscore-demo-'));
  let failures = 0;
  let interrupted = false;
  // Nobody reads any more: end as after Ctrl-C.
  process.stdout.on('error', () => {
    interrupted = true;
  });

  const execute = (command) =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', command], {
        cwd: root,
        env: { ...process.env, FASTSCORE_HOME: home, FASTSCORE_URL: '', FASTSCORE_COMPAT: '' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const chunks = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
      child.once('error', reject);
      child.once('close', (status) =>
        resolve({ status, output: stripVTControlCharacters(Buffer.concat(chunks).toString('utf8')).trimEnd() }),
      );
    });

  return {
    home,

    say(text = '') {
      process.stdout.write(`${text}\n`);
    },

    heading(text) {
      process.stdout.write(`${paint('bold', text)}\n\n`);
    },

    /**
     * Types a command and compares what it prints.
     * @param {string} command
     * @param {string | RegExp} expected the output: all of it, or a pattern that it matches
     */
    async type(command, expected = '') {
      process.stdout.write(`${paint('dim', '$')} ${paint('cyan', command)}\n`);
      const { status, output } = await withProgress(shorten(command), () => execute(command));
      if (interrupted) throw Object.assign(new Error('Interrupted'), { exitStatus: 130 });
      if (output !== '') process.stdout.write(`${output}\n`);
      const matches = typeof expected === 'string' ? output === expected : expected.test(output);
      if (status === 0 && matches) return;
      failures++;
      const wanted = typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
      process.stdout.write(`${paint('red', '✗')} expected ${wanted}, exit status 0; it was ${status}\n`);
    },

    /** Says that what was typed since the last time has come out right, or stops the demo. */
    conclude(text) {
      if (failures > 0) throw new Error(`This is not what should have happened: ${text}`);
      process.stdout.write(`${paint('green', '✓')} ${text}\n\n`);
    },

    /** Ends the demo after the command under way, which a Ctrl-C has reached too. */
    interrupt() {
      interrupted = true;
    },

    /** Ends the engine of this home and takes the home away. */
    async close() {
      await execute('bin/fastscore engine stop');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const LONGEST_TITLE = 60;

const shorten = (text) => (text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 3)}...` : text);

const isColourful = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** @param {Parameters<typeof styleText>[0]} style */
function paint(style, text) {
  return isColourful ? styleText(style, text) : text;
}
