import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { summary } from './measure.mjs';

const fastscore = fileURLToPath(new URL('../bin/fastscore', import.meta.url));

/**
 * Resident memory of `fastscore run` and of its jet, sampled as long as it runs.
 * @param {string} home FASTSCORE_HOME
 * @param {readonly string[]} args model and streams
 * @param {object} [options]
 * @param {{ bytesPerSecond: number, seconds: number }} [options.slow] how slowly the outputs are read, and for how long
 */
export async function watchRun(home, args, { slow = null } = {}) {
  const child = spawn(process.execPath, [fastscore, 'run', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FASTSCORE_HOME: home },
  });
  const ended = once(child, 'exit');
  let isOver = false;
  let status = null;
  void ended.then(([code]) => {
    isOver = true;
    status = code;
  });
  const samples = [];
  const since = performance.now();
  while (!isOver) {
    await delay(100);
    if (slow === null) child.stdout.resume();
    else child.stdout.read(slow.bytesPerSecond / 10);
    const jet = await jetOf(child.pid);
    const [engine, jetMemory] = [await residentOf(child.pid), jet === undefined ? null : await residentOf(jet)];
    if (engine !== null && jetMemory !== null) samples.push({ engine, jet: jetMemory });
    if (slow !== null && performance.now() - since > slow.seconds * 1000) child.kill('SIGINT');
  }
  if (slow === null && status !== 0) throw new Error(`fastscore run ended with status ${status}`);
  return { engine: new Curve(samples.map(({ engine }) => engine)), jet: new Curve(samples.map(({ jet }) => jet)) };
}

/** Medians around a tenth of the way and at the end: a single sample may be before or after a collection. */
class Curve {
  #samples;

  constructor(samples) {
    this.#samples = samples;
  }

  at(when) {
    const { length } = this.#samples;
    const share = Math.max(1, Math.floor(length / 10));
    return summary(when === 'early' ? this.#samples.slice(share, 2 * share) : this.#samples.slice(-share)).median;
  }

  get growth() {
    return this.at('late') / this.at('early');
  }
}

async function residentOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1000;
}

/** The child that runs Python or R: a stream may have a command of its own. */
async function jetOf(pid) {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  for (const child of text.trim().split(' ').filter(Boolean)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (/^[^\0]*(python|\/R\b)/i.test(command)) return Number(child);
  }
  return undefined;
}
