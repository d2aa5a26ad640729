import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runModel } from './engine-run.mjs';
import { compare, ratio } from './measure.mjs';
import { Peer } from './peers.mjs';

const PYTHON_RECORDS = 500_000;
const R_RECORDS = 60_000;
/** jsonlite takes about 100 times as long. */
const JSONLITE_RECORDS = 4000;
const BYTEWAX_RECORDS = 100_000;

const LOOP = 'Python loop, batch decode';
const JSONLITE = 'R loop, jsonlite';

export async function measure({ runs, long }) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const peers = { loop: new Peer('loop.py'), jsonlite: new Peer('loop.R'), bytewax: new Peer('bytewax_sum.py') };
  const context = { runs, factor: long ? 4 : 1, peers, folder, files: new Map() };
  try {
    const python = await integersInPython(context);
    const r = await integersInR(context);
    const fields = await objects(context);
    return { sections: [python, r, fields], targets: targets(python, r, fields) };
  } finally {
    await Promise.all(Object.values(peers).map((peer) => peer.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

function integersInPython(context) {
  const names = { echo: 'echo', sum: 'a cell', pool: 'a pool' };
  const rows = [1, 2, 4].flatMap((jets) =>
    Object.entries(names).map(([model, label]) => [
      `fastscore, Python, ${label}, ${jets}`,
      engine(context, { model: `${model}.py`, data: 'ints', records: PYTHON_RECORDS, jets }),
    ]),
  );
  return compare({
    title: 'Records: integers from file to file, Python',
    unit: 'us per record',
    compared: LOOP,
    runs: context.runs,
    contestants: {
      [LOOP]: loop(context, 'sum', 'batch'),
      'Python loop, line by line': loop(context, 'sum', 'line'),
      ...Object.fromEntries(rows),
      Bytewax: async () => {
        const records = BYTEWAX_RECORDS * context.factor;
        return per(records, await context.peers.bytewax.ask(await paths(context, 'ints', records)));
      },
      'Quix Streams': { missing: 'runs with a Kafka broker only: see Streams' },
      Faust: { missing: 'runs with a Kafka broker only' },
    },
  });
}

function integersInR(context) {
  const names = { echo: 'echo', sum: 'a cell', pool: 'a pool' };
  const rows = [1, 2, 4].flatMap((jets) =>
    Object.entries(names).map(([model, label]) => [
      `fastscore, R, ${label}, ${jets}`,
      engine(context, { model: `${model}.R`, data: 'ints', records: R_RECORDS, jets }),
    ]),
  );
  return compare({
    title: 'Records: integers from file to file, R',
    unit: 'us per record',
    compared: JSONLITE,
    runs: context.runs,
    contestants: { [JSONLITE]: jsonlite(context, 'sum', 'ints'), ...Object.fromEntries(rows) },
  });
}

function objects(context) {
  return compare({
    title: 'Records: objects of 6 fields through a cell, from file to file',
    unit: 'us per record',
    runs: context.runs,
    contestants: {
      [LOOP]: loop(context, 'fields', 'batch'),
      'fastscore, Python, 1': engine(context, { model: 'fields.py', data: 'objects', records: R_RECORDS * 2, jets: 1 }),
      'fastscore, Python, 2': engine(context, { model: 'fields.py', data: 'objects', records: R_RECORDS * 2, jets: 2 }),
      [JSONLITE]: jsonlite(context, 'fields', 'objects'),
      'fastscore, R, 1': engine(context, { model: 'fields.R', data: 'objects', records: R_RECORDS, jets: 1 }),
      'fastscore, R, 2': engine(context, { model: 'fields.R', data: 'objects', records: R_RECORDS, jets: 2 }),
    },
  });
}

function engine(context, { model, data, records, jets }) {
  return async () => {
    const count = records * context.factor;
    const { input, output } = await paths(context, data, count);
    return per(count, await runModel(model, { jets, input: fileAt(input), output: fileAt(output) }));
  };
}

const fileAt = (path) => ({ Transport: { Type: 'file', Path: path } });

function loop(context, model, decode) {
  return async () => {
    const records = (model === 'fields' ? R_RECORDS * 2 : PYTHON_RECORDS) * context.factor;
    const files = await paths(context, model === 'fields' ? 'objects' : 'ints', records);
    return per(records, await context.peers.loop.ask({ model, decode, ...files }));
  };
}

function jsonlite(context, model, data) {
  return async () => {
    const records = JSONLITE_RECORDS * context.factor;
    return per(records, await context.peers.jsonlite.ask({ model, ...(await paths(context, data, records)) }));
  };
}

const per = (records, { seconds }) => (seconds / records) * 1e6;

async function paths({ folder, files }, data, records) {
  const name = `${data}-${records}.jsonl`;
  if (!files.has(name)) {
    const lines = Array.from({ length: records }, (_, index) => `${DATA[data](index)}\n`);
    await writeFile(join(folder, name), lines.join(''));
    files.set(name, join(folder, name));
  }
  return { input: files.get(name), output: join(folder, 'out.jsonl') };
}

const DATA = {
  ints: (index) => index % 1000,
  objects: (index) =>
    JSON.stringify({
      id: index,
      name: `customer ${index % 977}`,
      amount: (index % 5000) / 100,
      paid: index % 3 === 0,
      country: ['de', 'fr', 'us'][index % 3],
      weight: index * 1.5,
    }),
};

function targets(python, r, fields) {
  const cell = 'fastscore, Python, a cell, 1';
  return [
    {
      what: 'integers, cell model, Python, 1 jet: rate of the loop in its best form',
      figure: ratio(python, LOOP, cell),
      unit: 'x',
      atLeast: 0.5,
    },
    { what: 'the same beside Bytewax', figure: ratio(python, 'Bytewax', cell), unit: 'x', atLeast: 3 },
    {
      what: 'integers, cell model, R, 1 jet, beside jsonlite',
      figure: ratio(r, JSONLITE, 'fastscore, R, a cell, 1'),
      unit: 'x',
      atLeast: 15,
    },
    {
      what: 'objects of 6 fields, R, 1 jet, beside jsonlite',
      figure: ratio(fields, JSONLITE, 'fastscore, R, 1'),
      unit: 'x',
      atLeast: 20,
    },
  ];
}
