/** Runs a model over an input with the engine of the build, in a folder of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../dist/engine/engine.js';

const models = fileURLToPath(new URL('models/', import.meta.url));

/**
 * @param {string} model file in bench/models
 * @param {{ jets?: number, input: object, output?: object }} options transports of slots 0 and 1
 * @returns {Promise<{ seconds: number, outputs: string[] }>} from the first record to the end; outputs of a REST stream
 */
export async function runModel(model, { jets = 1, input, output = 'REST' }) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const engine = createEngine({
    name: 'bench',
    workDirectory: join(folder, 'jets'),
    cacheDirectory: join(tmpdir(), 'fastscore-bench-cache'),
    snapshots: null,
    findSchema: async () => undefined,
  });
  try {
    await engine.scale(jets);
    const mtype = extname(model) === '.R' ? 'R' : 'python3';
    await engine.load({ name: model, mtype, source: await readFile(join(models, model)) });
    await engine.attach(1, { name: 'out', descriptor: { Transport: output, Encoding: 'json' } });
    let running = 0;
    engine.onMessage((message) => {
      if (message.type === 'engine-state' && message.state === 'running') running = performance.now();
    });
    await engine.attach(0, { name: 'in', descriptor: { Transport: input, Encoding: 'json' } });
    while (engine.state !== 'finished') {
      if (engine.state === 'error') throw new Error(engine.status().failure.message);
      await engine.waitWhile(engine.state, 1000);
    }
    const seconds = (performance.now() - running) / 1000;
    const outputs = [];
    if (output === 'REST') {
      for (let record = await engine.output(1, 0); typeof record !== 'string'; record = await engine.output(1, 0)) {
        outputs.push(record.toString());
      }
    }
    return { seconds, outputs };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}
