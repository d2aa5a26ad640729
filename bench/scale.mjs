import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModel, untilFinished, withModel } from './engine-run.mjs';
import { compare, compareFigures, ratio } from './measure.mjs';

const SLOW_RECORDS = 1600;
const LIVE_RECORDS = 1_500_000;
const jets = (count) => `${count} ${count === 1 ? 'jet' : 'jets'}`;

export async function measure({ runs, long }) {
  const slow = await slowModel(runs, SLOW_RECORDS * (long ? 4 : 1));
  const live = await scaleUp(runs);
  return { sections: [slow, ...live], targets: targets(slow, live[0]) };
}

function slowModel(runs, records) {
  const input = { Transport: { Type: 'inline', Data: Array.from({ length: records }, (_, index) => String(index)) } };
  const measureWith = (count) => async () => {
    const { seconds, state } = await runModel('slow.py', { jets: count, input, output: { Transport: 'discard' } });
    if (state[0] !== records) throw new Error(`${records} updates have made ${state[0]}`);
    return (seconds / records) * 1000;
  };
  return compare({
    title: 'Scale: a model that takes 5 ms per record and updates one cell',
    unit: 'ms per record',
    compared: jets(1),
    runs,
    contestants: Object.fromEntries([1, 2, 4, 8].map((count) => [jets(count), measureWith(count)])),
  });
}

/** From 1 to 4 jets while records flow: what the first jet's outputs show, beside a run that stays as it is. */
function scaleUp(runs) {
  return compareFigures({
    titles: {
      gap: 'Scale: 1 to 4 jets under way, longest gap in the outputs of the first jet',
      first: 'Scale: 1 to 4 jets under way, until the first output of a new jet',
    },
    unit: 'ms',
    runs,
    contestants: {
      'stays at 1 jet': () => flow(false),
      '1 to 4 jets': () => flow(true),
    },
  });
}

function flow(isScaled) {
  const output = (folder) => ({ Transport: { Type: 'file', Path: join(folder, 'out.jsonl') } });
  return withFiles(async (folder, input) =>
    withModel('who.py', { input, output: output(folder) }, async ({ engine }) => {
      const records = () => engine.status().slots.find(({ slot }) => slot === 0).records;
      while (records() < LIVE_RECORDS / 10) await new Promise((resolve) => setTimeout(resolve, 1));
      const since = Number(process.hrtime.bigint()) / 1e9;
      if (isScaled) await engine.scale(4);
      const until = Number(process.hrtime.bigint()) / 1e9;
      await untilFinished(engine);
      const outputs = (await readFile(join(folder, 'out.jsonl'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      return described(outputs, { since, until: isScaled ? until : since + 0.3, isScaled });
    }),
  );
}

function described(outputs, { since, until, isScaled }) {
  const old = outputs[0][0];
  const times = outputs.filter(([pid, at]) => pid === old && at >= since && at <= until).map(([, at]) => at);
  let gap = 0;
  for (let i = 1; i < times.length; i += 1) gap = Math.max(gap, times[i] - times[i - 1]);
  const first = outputs.reduce(
    (least, [pid, at]) => (pid === old ? least : Math.min(least, at)),
    Number.POSITIVE_INFINITY,
  );
  if (isScaled && first === Number.POSITIVE_INFINITY) throw new Error('no new jet has had a record');
  return { gap: gap * 1000, first: isScaled ? (first - since) * 1000 : 0 };
}

async function withFiles(work) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  try {
    const path = join(folder, 'in.jsonl');
    await writeFile(path, '1\n'.repeat(LIVE_RECORDS));
    return await work(folder, { Transport: { Type: 'file', Path: path } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function targets(slow, live) {
  const speedUp = ratio(slow, jets(1), jets(4));
  return [
    {
      what: '5 ms model + hot cell, 4 jets: share of ideal scaling',
      figure: speedUp === null ? null : speedUp / 4,
      unit: 'x',
      atLeast: 0.9,
    },
    {
      what: 'scale up: longest gap in the outputs of the other jet',
      figure: live.rows['1 to 4 jets'].median,
      unit: ' ms',
      atMost: 20,
    },
  ];
}
