import { runModel } from './engine-run.mjs';
import { compare, ratio } from './measure.mjs';
import { Peer } from './peers.mjs';
import { startRedis } from './redis-server.mjs';

const INITIAL = {
  int: 0,
  dict: { n: 0, mean: 1.5, name: 'alpha', open: true },
  list: [0, ...Array.from({ length: 2000 }, (_, index) => 1000 + index)],
};
/** How many updates a value has seen. */
const COUNT = { int: (value) => value, dict: ({ n }) => n, list: ([n]) => n };
const POOL_ITEMS = 10_000;

/** Pairs of one process in one run: about a tenth to a third of a second each. */
const PAIRS = {
  python: { int: 300_000, dict: 200_000, list: 3000 },
  R: { int: 20_000, dict: 10_000, list: 4000 },
  dict: { int: 1_000_000, dict: 500_000, list: 10_000 },
  manager: { int: 1500, dict: 1500, list: 500 },
  sqlite: { int: 10_000, dict: 10_000, list: 1000 },
  lmdb: { int: 30_000, dict: 20_000, list: 1000 },
  'redis-watch': { int: 1500, dict: 1500, list: 500 },
  'redis-lua': { int: 5000, dict: 4000, list: 500 },
  ray: { int: 500 },
};

/** Items that wander from process to process are slower. */
const WANDERING_PAIRS = { python: 40_000, R: 10_000 };

const NAMES = {
  dict: 'plain dict, same process',
  python: 'fastscore, Python',
  R: 'fastscore, R',
  lmdb: 'LMDB, no sync',
  sqlite: 'SQLite, WAL, no sync',
  'redis-lua': 'Redis, Lua',
  'redis-watch': 'Redis, WATCH/MULTI',
  manager: 'multiprocessing.Manager + lock',
  ray: 'Ray actor',
};

export async function measure({ runs, long }) {
  const redis = await startRedis();
  const peers = new Map(['dict', 'manager', 'sqlite', 'lmdb', 'ray'].map((name) => [name, new Peer('state.py', name)]));
  for (const name of redis === null ? [] : ['redis-watch', 'redis-lua']) {
    peers.set(name, new Peer('state.py', name, redis.port));
  }
  try {
    const context = { runs, factor: long ? 4 : 1, peers };
    const one = await oneProcess(context);
    const hot = await oneHotCell(context);
    const apart = await separateKeys(context);
    const sections = [one, await otherValues(context), hot, apart];
    return { sections, targets: targets(one, hot, apart) };
  } finally {
    await Promise.all([...peers.values()].map((peer) => peer.close()));
    await redis?.close();
  }
}

function oneProcess(context) {
  const one = { value: 'int', keys: 'hot', processes: 1 };
  const names = ['dict', 'python', 'R', 'lmdb', 'sqlite', 'redis-lua', 'redis-watch', 'manager', 'ray'];
  return compare({
    title: 'State: update and read of one integer, one process',
    unit: 'us per pair',
    compared: NAMES.dict,
    runs: context.runs,
    contestants: Object.fromEntries(names.map((name) => [NAMES[name], contestant(context, name, one)])),
  });
}

function otherValues(context) {
  const names = ['dict', 'python', 'R', 'lmdb', 'sqlite', 'redis-lua', 'redis-watch', 'manager'];
  const row = (value, label) => (name) => [
    `${NAMES[name]}: ${label}`,
    contestant(context, name, { value, keys: 'hot', processes: 1 }),
  ];
  return compare({
    title: 'State: update and read of larger values, one process',
    unit: 'us per pair',
    runs: context.runs,
    contestants: Object.fromEntries([
      ...names.map(row('dict', 'map of 4 fields')),
      ...names.map(row('list', 'list of 10 kB')),
    ]),
  });
}

function oneHotCell(context) {
  const row = (name, processes) => [
    `${NAMES[name]}, ${processes}`,
    contestant(context, name, { value: 'int', keys: 'hot', processes }),
  ];
  return compare({
    title: 'State: one integer that all processes update and read, all together',
    unit: 'us per pair',
    compared: `${NAMES.python}, 1`,
    runs: context.runs,
    contestants: Object.fromEntries([
      ...[1, 2, 4].map((processes) => row('python', processes)),
      ...[1, 2, 4].map((processes) => row('R', processes)),
      ...['lmdb', 'sqlite', 'redis-lua', 'redis-watch', 'manager', 'ray'].map((name) => row(name, 4)),
    ]),
  });
}

function separateKeys(context) {
  const row = (name, keys, label, processes) => [
    `${NAMES[name]}, ${label}, ${processes}`,
    contestant(context, name, { value: 'int', keys, processes }),
  ];
  const own = [1, 2, 4].map((processes) => row('python', 'private', 'a cell each', processes));
  const items = [1, 2, 4].map((processes) => row('python', 'pool', '10,000 items', processes));
  const rival = (name) => row(name, 'pool', '10,000 items', 4);
  return compare({
    title: 'State: integers under keys that processes do not or seldom share, all together',
    unit: 'us per pair',
    compared: own[0][0],
    runs: context.runs,
    contestants: Object.fromEntries([
      ...own,
      ...[1, 2].map((processes) => row('R', 'private', 'a cell each', processes)),
      ...items,
      ...[1, 4].map((processes) => row('R', 'pool', '10,000 items', processes)),
      ...['lmdb', 'redis-lua', 'redis-watch'].map(rival),
    ]),
  });
}

function contestant({ peers, factor }, name, question) {
  const { value, keys, processes } = question;
  const usual = PAIRS[name][value];
  const pairs = Math.ceil(
    (keys === 'pool' && processes > 1 ? Math.min(usual, WANDERING_PAIRS[name] ?? 4000) : usual) * factor,
  );
  if (name === 'python' || name === 'R') {
    return async () =>
      micros(await engineSeconds(name === 'R' ? 'pairs.R' : 'pairs.py', question, pairs), pairs, processes);
  }
  const peer = peers.get(name);
  if (peer === undefined) return { missing: 'redis-server is not installed (npm run bench:setup)' };
  const measured = async () => micros((await peer.ask({ ...question, pairs })).seconds, pairs, processes);
  // Ray takes seconds to start.
  return name === 'ray' ? { runs: 2, measure: measured } : measured;
}

const micros = (seconds, pairs, processes) => (seconds / (pairs * processes)) * 1e6;

/** Each jet does its pairs in several records, as a stream would bring them. */
const RECORDS_PER_JET = 4;

async function engineSeconds(model, { value, keys, processes }, pairs) {
  const record = { pairs: Math.ceil(pairs / RECORDS_PER_JET), value, keys };
  const records = processes * RECORDS_PER_JET;
  const { outputs, state } = await runModel(model, {
    jets: processes,
    input: { Transport: { Type: 'inline', Data: Array(records).fill(JSON.stringify(record)) }, Batching: null },
    state: keys === 'pool' ? poolOf(INITIAL[value]) : undefined,
  });
  const total = state.reduce((sum, stored) => sum + COUNT[value](stored), 0);
  if (total !== record.pairs * records) throw new Error(`${record.pairs * records} updates have made ${total}`);
  return Math.max(...outputs.map(([, until]) => until)) - Math.min(...outputs.map(([since]) => since));
}

function poolOf(value) {
  return new Map(
    Array.from({ length: POOL_ITEMS }, (_, index) => [{ kind: 'item', pool: 'pool', item: `item-${index}` }, value]),
  );
}

function targets(one, hot, apart) {
  const pair = 'update + read of a cell, Python, 1 jet';
  const together = 'one hot cell, 4 jets';
  const us = NAMES.python;
  return [
    {
      what: `${pair}, beside Redis WATCH/MULTI`,
      figure: ratio(one, NAMES['redis-watch'], us),
      unit: 'x',
      atLeast: 100,
    },
    { what: `${pair}, beside Manager + lock`, figure: ratio(one, NAMES.manager, us), unit: 'x', atLeast: 100 },
    { what: `${pair}, time of a plain dict`, figure: ratio(one, us, NAMES.dict), unit: 'x', atMost: 8 },
    { what: 'the same in R', figure: one.rows[NAMES.R].median ?? null, unit: ' us', atMost: 15 },
    {
      what: `${together}, beside Redis WATCH/MULTI`,
      figure: ratio(hot, `${NAMES['redis-watch']}, 4`, `${us}, 4`),
      unit: 'x',
      atLeast: 20,
    },
    {
      what: `${together}, beside Manager + lock`,
      figure: ratio(hot, `${NAMES.manager}, 4`, `${us}, 4`),
      unit: 'x',
      atLeast: 20,
    },
    { what: `${together}, rate of one jet`, figure: ratio(hot, `${us}, 1`, `${us}, 4`), unit: 'x', atLeast: 0.4 },
    {
      what: 'private keys, 2 jets, rate of one jet',
      figure: ratio(apart, `${us}, a cell each, 1`, `${us}, a cell each, 2`),
      unit: 'x',
      atLeast: 1.7,
    },
  ];
}
