/** The programs that the engine is compared with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Missing } from './measure.mjs';

/** Made by `npm run bench:setup`. */
export const PEERS_FOLDER = fileURLToPath(new URL('.peers', import.meta.url));
export const PYTHON = `${PEERS_FOLDER}/venv/bin/python`;

const scripts = fileURLToPath(new URL('peers/', import.meta.url));

/** What scripts of bench/peers exit with when something that they need is not installed; stderr then says what. */
const MISSING_STATUS = 69;

/**
 * A script of bench/peers that answers a line of JSON with a line of JSON. It is started once and asked run after run.
 */
export class Peer {
  #child = null;
  #lines = null;
  #errors = '';
  #command;

  /** @param {string} script .py or .R @param {string[]} args */
  constructor(script, ...args) {
    const program = script.endsWith('.R') ? 'Rscript' : existsSync(PYTHON) ? PYTHON : 'python3';
    this.#command = [program, [`${scripts}${script}`, ...args.map(String)]];
  }

  async ask(question) {
    this.#child ??= this.#start();
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    const [status] = this.#child.exitCode === null ? await once(this.#child, 'close') : [this.#child.exitCode];
    if (status === MISSING_STATUS) throw new Missing(this.#errors.trim());
    const lastLine = this.#errors.trim().split('\n').at(-1);
    throw new Missing(`failed with status ${status}: ${lastLine}`);
  }

  async close() {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await closed;
    clearTimeout(timer);
    this.#child = null;
  }

  #start() {
    const child = spawn(...this.#command, { stdio: 'pipe', cwd: scripts });
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    child.stdin.on('error', () => {});
    child.once('error', (error) => {
      this.#errors += error.message;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    return child;
  }
}
