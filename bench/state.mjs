import { runModel } from './engine-run.mjs';
import { alternate } from './measure.mjs';
import { rival } from './rival.mjs';

export const title = 'State: pairs of update and read of one cell, microseconds per pair, all jets together';
export const unit = 'us';
export const missing = ['Redis WATCH/MULTI and Lua', 'LMDB', 'Ray actor'];

const micros = (seconds, pairs) => (seconds / pairs) * 1e6;

/** Each jet works on records of so many pairs, long enough to be warm and, with several jets, to compete. */
async function pairs(model, jets, perRecord, records) {
  const { seconds } = await runModel(model, {
    jets,
    input: { Type: 'inline', Data: Array.from({ length: records }, () => String(perRecord)) },
    output: 'discard',
  });
  return micros(seconds, perRecord * records);
}

export function measure(runs) {
  return alternate(
    {
      'plain dict, same process': async () => micros(await rival('pairs.py', 'plain_dict', 500_000), 500_000),
      'fastscore, Python, 1 jet': () => pairs('pairs.py', 1, 20_000, 20),
      'fastscore, Python, 4 jets on one hot cell': () => pairs('pairs.py', 4, 20_000, 40),
      'fastscore, R, 1 jet': () => pairs('pairs.R', 1, 5_000, 10),
      'fastscore, R, 4 jets on one hot cell': () => pairs('pairs.R', 4, 5_000, 20),
      'SQLite (WAL, no sync)': async () => micros(await rival('pairs.py', 'sqlite', 20_000), 20_000),
      'multiprocessing.Manager and a lock': async () =>
        micros(await rival('pairs.py', 'manager_and_lock', 3_000), 3_000),
    },
    runs,
  );
}

/** name -> what it is compared to */
export const compared = 'plain dict, same process';
