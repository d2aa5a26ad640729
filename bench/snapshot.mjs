import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encodeSnapshot } from '../dist/core/snapshot/write.js';
import { itemKey } from '../dist/core/state/key.js';
import { withEngine, withModel } from './engine-run.mjs';
import { compareFigures, ratio } from './measure.mjs';
import { Peer } from './peers.mjs';
import { startRedis } from './redis-server.mjs';

const STATES = [
  { label: '1,000 items', items: 1000, bytes: 100 },
  { label: '100,000 items', items: 100_000, bytes: 100 },
  { label: '1,000,000 items', items: 1_000_000, bytes: 100 },
  { label: 'one value of 100 MB', items: 1, bytes: 100_000_000 },
];
const US = 'fastscore';
/** The same state, but stored key by key, as a model does it, not restored: each key is an object then, and no order is known. */
const STORED = 'fastscore, stored key by key';
const PICKLE = 'pickle, synced';
const REDIS = 'Redis, BGSAVE';

export async function measure({ runs }) {
  const redis = await startRedis();
  const peers = {
    pickle: new Peer('pickles.py'),
    ...(redis === null ? {} : { redis: new Peer('redis_dump.py', redis.port) }),
  };
  const sections = [];
  const times = new Map();
  try {
    for (const state of STATES) {
      const [save, load, memory, size] = await compareState(state, { runs, peers, redis });
      times.set(state.label, { save, load });
      sections.push(save, load, ours(memory), size);
    }
    const [pause, hold] = await comparePauses(runs);
    sections.unshift(pause, hold);
    return { sections, targets: targets(pause, times.get('1,000,000 items')) };
  } finally {
    await Promise.all(Object.values(peers).map((peer) => peer.close()));
    await redis?.close();
  }
}

function compareState({ label, items, bytes }, { runs, peers, redis }) {
  const titles = {
    save: `Snapshot: ${label}, to a durable file`,
    load: `Snapshot: ${label}, restored`,
    memory: `Snapshot: ${label}, in memory`,
    size: `Snapshot: ${label}, size`,
  };
  const question = (path) => ({ items, bytes, path });
  return compareFigures({
    titles,
    unit: 's, MB',
    compared: PICKLE,
    runs,
    contestants: {
      [US]: () => saveAndLoad(items, bytes, restoreFrom),
      [STORED]: () => saveAndLoad(items, bytes, storeEach(items, bytes)),
      [PICKLE]: async () =>
        inMegabytes(await withFolder((folder) => peers.pickle.ask(question(join(folder, 'state'))))),
      [REDIS]:
        redis === null
          ? { missing: 'redis-server is not installed (npm run bench:setup)' }
          : async () => inMegabytes(await peers.redis.ask(question(join(redis.folder, 'dump.rdb')))),
    },
  });
}

const inMegabytes = ({ size, ...times }) => ({ ...times, size: size / 1e6 });

/** What memory they take is not asked of the peers. */
const ours = (section) => ({
  ...section,
  unit: 'MB',
  compared: null,
  rows: Object.fromEntries(Object.entries(section.rows).filter(([name]) => name === US || name === STORED)),
});

const withFolder = (work) => withEngine((_engine, folder) => work(folder));

/** A snapshot of the state, and a restore into an engine that has none. @param fill gives the engine the state */
function saveAndLoad(items, bytes, fill) {
  return withStateFile(items, bytes, async (path) =>
    withModel('echo.py', NO_RECORDS, async ({ engine }) => {
      await engine.reset();
      const before = memoryInUse();
      const since = performance.now();
      await restoreFrom(engine, path);
      const restored = performance.now();
      if (fill !== restoreFrom) {
        await engine.reset();
        await fill(engine, path);
      }
      const memory = (memoryInUse() - before) / 1e6;
      await engine.load({ name: 'model', mtype: 'python3', source: Buffer.from('def action(x): pass\n') });
      const loaded = performance.now();
      const { size } = await engine.snapshot('bench');
      const save = (performance.now() - loaded) / 1000;
      return { save, load: (restored - since) / 1000, memory, size: size / 1e6 };
    }),
  );
}

/** As the engine reads its own snapshots. */
const READ_BYTES = 262_144;

const restoreFrom = (engine, path) =>
  engine.restore(createReadStream(path, { highWaterMark: READ_BYTES }), { trust: false });

/** Keys come in no order. */
const storeEach = (items, bytes) => async (engine) => {
  for (let n = 0; n < items; n += 1) {
    const number = (n * 7_368_787) % items;
    await engine.setState(itemKey('pool', `item-${number}`), jsonOf(number, bytes));
  }
};

const jsonOf = (number, bytes) => Buffer.from(`"${String(number).padStart(bytes, '0')}"`).toString('latin1');

function collectGarbage() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Bytes, of what is still needed. */
function memoryInUse() {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const NO_RECORDS = { input: { Transport: { Type: 'inline', Data: [] } }, output: { Transport: 'discard' } };

/** A snapshot file with such a state, as an engine would have written it. */
async function withStateFile(items, bytes, work) {
  return withFolder(async (folder) => {
    const path = join(folder, 'state.snapshot');
    const header = {
      id: 'bench000',
      model: 'model',
      created: new Date().toISOString(),
      engine: 'bench',
      trigger: 'eof',
    };
    const source = encodeSnapshot({ ...header, records: { in: {}, out: {} }, positions: {} }, slices(items, bytes));
    await writeFile(path, source);
    return work(path);
  });
}

async function* slices(items, bytes) {
  const names = Array.from({ length: items }, (_, index) => `item-${index}`).sort();
  for (let at = 0; at < items; at += 1000) {
    yield names.slice(at, at + 1000).map((name) => {
      return [itemKey('pool', name), { json: jsonOf(Number(name.slice(5)), bytes), native: null }];
    });
  }
}

/** Enough to last until the largest state is written: the run is broken off then. */
const FLOW_RECORDS = 20_000_000;

/**
 * For how long gaps are looked at, from the beginning of a snapshot: the longest of a long time is longer than that of a short
 * one, whatever happens, and small snapshots are taken in a moment.
 */
const WINDOW_MS = 1000;

/** The longest time between two records of a run in which a snapshot is taken, for states of several sizes. */
function comparePauses(runs) {
  const million = STATES.find(({ items }) => items === 1_000_000);
  const rows = [
    { label: 'no snapshot', items: 1000, bytes: 100 },
    ...STATES,
    { ...million, label: `${million.label}, stored key by key`, fill: storeEach(million.items, million.bytes) },
  ];
  return compareFigures({
    titles: {
      pause: 'Snapshot: longest time between two records, in the second in which one is taken',
      hold: 'Snapshot: time for which the engine gives jets no records',
    },
    unit: 'ms',
    runs,
    contestants: Object.fromEntries(
      rows.map(({ label, items, bytes, fill = restoreFrom }) => [
        label,
        () => longestPause(items, bytes, { fill, takes: label !== 'no snapshot' }),
      ]),
    ),
  });
}

function longestPause(items, bytes, { fill, takes }) {
  return withStateFile(items, bytes, (path) =>
    withFolder(async (folder) => {
      const input = join(folder, 'in.jsonl');
      await writeFile(input, '1\n'.repeat(FLOW_RECORDS));
      const output = join(folder, 'out.jsonl');
      return withEngine(async (engine) => {
        await fill(engine, path);
        await engine.load({
          name: 'model',
          mtype: 'python3',
          source: await readFile(new URL('models/gaps.py', import.meta.url)),
        });
        const file = (at) => ({ Transport: { Type: 'file', Path: at }, Encoding: 'json' });
        await engine.attach(1, { name: 'out', descriptor: file(output) });
        await engine.attach(0, { name: 'in', descriptor: file(input) });
        while (recordsIn(engine) < FLOW_RECORDS / 40) await new Promise((resolve) => setTimeout(resolve, 1));
        // What this benchmark has made and needs no more must not be collected while we look.
        collectGarbage();
        await new Promise((resolve) => setTimeout(resolve, 100));
        const since = now();
        const windowEnds = new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
        if (takes) await engine.snapshot('bench');
        await windowEnds;
        const until = now();
        const isOver = engine.state !== 'running';
        const hold = engine.status().snapshots.lastPauseMs;
        await engine.close();
        if (isOver) throw new Error('the run was over before the snapshot: there was nothing to pause');
        if ((await stat(output)).size === 0) return { pause: 0.5, hold };
        const gaps = (await readFile(output, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
        const within = gaps.filter(([at]) => at >= since && at <= until);
        return { pause: Math.max(0.5, ...within.map(([, gap]) => gap * 1000)), hold };
      });
    }),
  );
}

const recordsIn = (engine) => engine.status().slots.find(({ slot }) => slot === 0)?.records ?? 0;

/** The clock that Python's monotonic() reads, in seconds. */
const now = () => Number(process.hrtime.bigint()) / 1e9;

function targets(pause, { save, load }) {
  return [
    {
      what: 'snapshot of 1M items: pause of the record flow',
      figure: pause.rows['1,000,000 items'].median ?? null,
      unit: ' ms',
      atMost: 10,
    },
    {
      what: 'the same: times that of 100k items',
      figure: ratio(pause, '1,000,000 items', '100,000 items'),
      unit: 'x',
      atMost: 2,
    },
    {
      what: 'snapshot of 1M items: to a durable file, times pickle',
      figure: ratio(save, US, PICKLE),
      unit: 'x',
      atMost: 2,
    },
    { what: 'snapshot of 1M items: restore, times pickle', figure: ratio(load, US, PICKLE), unit: 'x', atMost: 2 },
  ];
}
