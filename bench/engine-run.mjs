/** The engine of the build, with a model, in a folder of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SnapshotRepository } from '../dist/core/snapshot/repository.js';
import { createEngine } from '../dist/engine/engine.js';

const models = fileURLToPath(new URL('models/', import.meta.url));

/**
 * Starts a model of bench/models and runs `work` while it runs.
 * @template T
 * @param {string} model
 * @param {object} options
 * @param {number} [options.jets]
 * @param {object} options.input descriptor of slot 0; Encoding is JSON
 * @param {object} options.output descriptor of slot 1
 * @param {Map<import('../src/core/state/key.ts').Key, unknown>} [options.state] what is there before the run
 * @param {(running: { engine: import('../src/engine/types.ts').Engine, folder: string, since: number }) => Promise<T>} work
 *   `since`: when the engine began to run, by performance.now()
 */
export async function withModel(model, { jets = 1, input, output, state = new Map() }, work) {
  return withEngine(async (engine, folder) => {
    await engine.scale(jets);
    const mtype = extname(model) === '.R' ? 'R' : 'python3';
    await engine.load({ name: 'model', mtype, source: await readFile(join(models, model)) });
    for (const [key, value] of state) await engine.setState(key, JSON.stringify(value));
    await engine.attach(1, { name: 'out', descriptor: { Encoding: 'json', ...output } });
    let since = 0;
    engine.onMessage((message) => {
      if (message.type === 'engine-state' && message.state === 'running') since = performance.now();
    });
    await engine.attach(0, { name: 'in', descriptor: { Encoding: 'json', ...input } });
    return work({ engine, folder, since });
  });
}

/** An engine without a model; everything of it is gone afterwards. */
export async function withEngine(work) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const engine = createEngine({
    name: 'bench',
    workDirectory: join(folder, 'jets'),
    cacheDirectory: join(tmpdir(), 'fastscore-bench-cache'),
    snapshots: new SnapshotRepository(join(folder, 'snapshots')),
    findSchema: async () => undefined,
  });
  try {
    return await work(engine, folder);
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A run that takes longer tells nothing any more, and keeps the others from their turn. */
const LONGEST_RUN_MS = 120_000;

/** @throws Error when the model has failed, or does not come to an end */
export async function untilFinished(engine) {
  const until = performance.now() + LONGEST_RUN_MS;
  while (engine.state !== 'finished') {
    if (engine.state === 'error') throw new Error(engine.status().failure.message);
    if (performance.now() > until) throw new Error(`not finished after ${LONGEST_RUN_MS / 1000} s`);
    await engine.waitWhile(engine.state, 1000);
  }
}

/** Everything that a finished engine has put out on a slot with REST transport. */
export async function drain(engine) {
  const records = [];
  for (;;) {
    const record = await engine.output(1, 0);
    if (typeof record === 'string') return records;
    records.push(JSON.parse(record.toString()));
  }
}

/**
 * Runs a model from an input to its end.
 * @returns {Promise<{ seconds: number, outputs: unknown[], state: unknown[] }>} seconds from the first record to the end, outputs
 *   of a REST stream, values of all cells and items
 */
export function runModel(model, { output = { Transport: 'REST' }, ...options }) {
  return withModel(model, { output, ...options }, async ({ engine, since }) => {
    await untilFinished(engine);
    const seconds = (performance.now() - since) / 1000;
    const state = [...engine.stateEntries()].map(({ json }) => JSON.parse(json));
    return { seconds, outputs: output.Transport === 'REST' ? await drain(engine) : [], state };
  });
}
