import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ModelPair } from '../conformance/models/model-run.ts';
import { end, load, openEngine } from '../conformance/models/model-run.ts';
import { describeWithPython, describeWithR } from '../languages.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { numbers } from './interrupted-run.ts';

/** Each record has an item of its own, and half of them come twice. */
const cards: ModelPair = {
  python: `
import fastscore
cards = fastscore.pools('cards')
def action(x):
    cards.update(str(x), lambda v: (v or 0) + 1)
`,
  R: `
library(fastscore)
cards <- Pool('cards')
action <- function(x) Update(cards, x, function(v) if (is.null(v)) 1 else v + 1)
`,
};

const ITEMS = 1_000_000;
/** Most items are asked for one by one. */
const TIMEOUT_MS = 1_800_000;

for (const [language, describeWith] of [
  ['python', describeWithPython],
  ['R', describeWithR],
] as const) {
  describeWith(`a pool with more items than a jet remembers, ${language}`, () => {
    test.each([1, 2, 4])('has all of a million with %i jets', { timeout: TIMEOUT_MS }, async (jets) => {
      const engine = await openEngine();
      const path = join(temporaryFolder(), 'in.jsonl');
      await writeFile(path, numbers(ITEMS) + numbers(ITEMS / 2));
      await engine.scale(jets);
      await load(engine, { language, model: cards, input: [] });
      await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
      await engine.attach(0, {
        name: 'in',
        descriptor: { Transport: { Type: 'file', Path: path }, Encoding: 'json' },
      });
      expect([await end(engine), engine.status().failure]).toEqual(['finished', null]);
      let [items, total] = [0, 0];
      for (const { json } of engine.stateEntries()) {
        items += 1;
        total += Number(json);
      }
      expect([items, total]).toEqual([ITEMS, 1.5 * ITEMS]);
    });
  });
}
