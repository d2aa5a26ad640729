import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ModelPair, TestEngine } from '../conformance/models/model-run.ts';
import { end, load, openEngine } from '../conformance/models/model-run.ts';
import { describeWithPython, describeWithR } from '../languages.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { numbers } from './interrupted-run.ts';

/** One key that all jets want, and many that meet now and then. */
const count: ModelPair = {
  python: `
import fastscore
def action(x):
    fastscore.cells('n').update(lambda n: (n or 0) + 1)
    fastscore.pools('by').add(x % 50)
`,
  R: `
library(fastscore)
action <- function(x) {
  Update(Cell('n'), function(n) if (is.null(n)) 1 else n + 1)
  Add(Pool('by'), x %% 50)
}
`,
};

const BATCH = 1000;
/** More deaths within a minute end a run. */
const KILLS = 3;
const DISTURBANCES = 30;

for (const [language, describeWith, records] of [
  ['python', describeWithPython, 1_000_000],
  ['R', describeWithR, 150_000],
] as const) {
  describeWith(`jets that stop, die, come and go at random moments, ${language}`, () => {
    test.each([
      ['lent', 'key'],
      ['lent with their pool', 'pool'],
      ['shared', 'shared'],
    ] as const)(
      'with keys that are %s no count is lost, and at most the batches of the dead count again',
      async (_, way) => {
        const size = way === 'shared' ? records / 20 : records;
        const engine = await openEngine({ way });
        const path = join(temporaryFolder(), 'in.jsonl');
        await writeFile(path, numbers(size));
        await engine.scale(4);
        await load(engine, { language, model: count, input: [] });
        await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
        await engine.attach(0, {
          name: 'in',
          descriptor: { Transport: { Type: 'file', Path: path }, Encoding: 'json', Batching: { Watermark: BATCH } },
        });
        const log: string[] = [];
        const kills = await disturb(engine, log);
        const state = await end(engine);
        process.stderr.write(`${language}: ${log.join(', ')}\n`);
        expect(state).toBe('finished');
        const values = engine.stateValues();
        const counted = Object.entries(values).filter(([key]) => key.startsWith('by['));
        for (const total of [values['cell n'] as number, counted.reduce((sum, [, n]) => sum + (n as number), 0)]) {
          expect(total).toBeGreaterThanOrEqual(size);
          expect(total).toBeLessThanOrEqual(size + kills * BATCH);
        }
        expect(counted).toHaveLength(50);
      },
    );
  });
}

/** @returns how many jets were killed */
async function disturb(engine: TestEngine, log: string[]): Promise<number> {
  let kills = 0;
  while (engine.state === 'running' && log.length < DISTURBANCES) {
    await delay(50 + Math.random() * 200);
    const { jets } = engine.status();
    const jet = jets[Math.floor(Math.random() * jets.length)];
    const chance = Math.random();
    if (jet === undefined || engine.state !== 'running') break;
    if (chance < 0.2 && kills < KILLS) {
      kills += 1;
      log.push(`kill jet ${jet.number}`);
      process.kill(jet.pid, 'SIGKILL');
    } else if (chance < 0.6) {
      const ms = Math.floor(Math.random() * 2000);
      log.push(`stop jet ${jet.number} for ${ms} ms`);
      await pause(jet.pid, ms);
    } else {
      const wanted = 1 + Math.floor(Math.random() * 6);
      log.push(`scale to ${wanted}`);
      await engine.scale(wanted).catch((error: { code: string }) => expect(error.code).toBe('WRONG_STATE'));
    }
  }
  return kills;
}

/** A jet may have left meanwhile, when it is surplus. */
async function pause(pid: number, ms: number): Promise<void> {
  try {
    process.kill(pid, 'SIGSTOP');
    await delay(ms);
  } catch {
    return;
  } finally {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {}
  }
}
