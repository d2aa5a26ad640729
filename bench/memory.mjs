import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { summary } from './measure.mjs';

const fastscore = fileURLToPath(new URL('../bin/fastscore', import.meta.url));
const model = fileURLToPath(new URL('models/sum.py', import.meta.url));
const RECORDS = 10_000_000;
/** So much slower than the model is what reads its outputs, for this time. */
const SLOW_BYTES_PER_SECOND = 60_000;
const SLOW_SECONDS = 12;

/** Resident memory of the process that runs the model and of its jet, sampled while records flow. */
export async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  try {
    const input = join(folder, 'in.jsonl');
    await writeNumbers(input);
    const whole = await watch(folder, [input, join(folder, 'out.jsonl')]);
    const slow = await watch(folder, [input, '-'], { isSlow: true });
    const rows = {
      'engine, 10 million records, after 1 million': only(whole.engine.at('early')),
      'engine, 10 million records, at the end': only(whole.engine.at('late')),
      'jet, 10 million records, after 1 million': only(whole.jet.at('early')),
      'jet, 10 million records, at the end': only(whole.jet.at('late')),
      'engine, slow consumer, early': only(slow.engine.at('early')),
      'engine, slow consumer, late': only(slow.engine.at('late')),
      'jet, slow consumer, late': only(slow.jet.at('late')),
    };
    return {
      sections: [{ title: 'Memory: resident', unit: 'MB', compared: null, rows }],
      targets: [
        {
          what: 'memory of the engine, record 1 million to 10 million',
          figure: whole.engine.growth,
          unit: 'x',
          atMost: 1.1,
        },
        { what: 'memory of the jet, record 1 million to 10 million', figure: whole.jet.growth, unit: 'x', atMost: 1.1 },
        {
          what: 'memory of the engine under a slow consumer, early to late',
          figure: slow.engine.growth,
          unit: 'x',
          atMost: 1.1,
        },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const only = (value) => summary([value]);

async function writeNumbers(path) {
  const out = createWriteStream(path);
  const block = Array.from({ length: 100_000 }, (_, index) => `${index}\n`).join('');
  for (let written = 0; written < RECORDS; written += 100_000) if (!out.write(block)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}

async function watch(home, streams, { isSlow = false } = {}) {
  const child = spawn(process.execPath, [fastscore, 'run', model, ...streams], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FASTSCORE_HOME: home },
  });
  const ended = once(child, 'exit');
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const samples = [];
  const since = performance.now();
  while (!isOver) {
    await delay(100);
    if (isSlow) child.stdout.read(SLOW_BYTES_PER_SECOND / 10);
    const [jet] = await childrenOf(child.pid);
    const [engine, jetMemory] = [await residentOf(child.pid), jet === undefined ? null : await residentOf(jet)];
    if (engine !== null && jetMemory !== null) samples.push({ engine, jet: jetMemory });
    if (isSlow && performance.now() - since > SLOW_SECONDS * 1000) child.kill('SIGINT');
  }
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

async function childrenOf(pid) {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(' ').filter(Boolean).map(Number);
}
