import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModel } from './engine-run.mjs';
import { alternate } from './measure.mjs';
import { rival } from './rival.mjs';

export const title = 'Records: integers from a file through the cell model to a file, microseconds per record';
export const unit = 'us';
export const missing = ['Bytewax', 'Quix Streams', 'jsonlite loop'];
export const compared = 'bare Python loop, batch decode';

const PYTHON_RECORDS = 500_000;
const R_RECORDS = 100_000;

export async function measure(runs) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const file = async (count) => {
    const path = join(folder, `${count}.jsonl`);
    await writeFile(path, Array.from({ length: count }, (_, index) => `${index % 1000}\n`).join(''));
    return path;
  };
  const [many, fewer] = [await file(PYTHON_RECORDS), await file(R_RECORDS)];
  const out = join(folder, 'out.jsonl');
  const engine = (model, path, count, jets) => async () => {
    const { seconds } = await runModel(model, {
      jets,
      input: { Type: 'file', Path: path },
      output: { Type: 'file', Path: out },
    });
    return (seconds / count) * 1e6;
  };
  try {
    return await alternate(
      {
        [compared]: async () => ((await rival('bare-loop.py', many, out)) / PYTHON_RECORDS) * 1e6,
        'fastscore, Python, 1 jet': engine('sum.py', many, PYTHON_RECORDS, 1),
        'fastscore, Python, 4 jets': engine('sum.py', many, PYTHON_RECORDS, 4),
        'fastscore, R, 1 jet': engine('sum.R', fewer, R_RECORDS, 1),
        'fastscore, R, 4 jets': engine('sum.R', fewer, R_RECORDS, 4),
      },
      runs,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
