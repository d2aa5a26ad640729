import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summary } from './measure.mjs';
import { watchRun } from './resident.mjs';

const model = fileURLToPath(new URL('models/sum.py', import.meta.url));
const RECORDS = 10_000_000;
/** So much slower than the model is what reads its outputs, for this time. */
const SLOW = { bytesPerSecond: 60_000, seconds: 12 };

/** Resident memory of the process that runs the model and of its jet, sampled while records flow. */
export async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  try {
    const input = join(folder, 'in.jsonl');
    await writeNumbers(input);
    const whole = await watchRun(folder, [model, input, join(folder, 'out.jsonl')]);
    const slow = await watchRun(folder, [model, input, '-'], { slow: SLOW });
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
