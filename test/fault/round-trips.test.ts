import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { ModelPair } from '../conformance/models/model-run.ts';
import { load, openEngine } from '../conformance/models/model-run.ts';
import { describeWithPython, describeWithR } from '../languages.ts';

/** Answers with the record and with one that comes too early, when it is odd. */
const answering: ModelPair = {
  python: `
# fastscore.slot.3: in-use
import fastscore
def action(x):
    fastscore.pools('by').add(x % 20)
    yield (3, x)
    yield x
    if x % 2:
        yield (3, -x)
`,
  R: `
# fastscore.slot.3: in-use
library(fastscore)
action <- function(x) {
  Add(Pool('by'), x %% 20)
  emitTo(3, x)
  emit(x)
  if (x %% 2 == 1) emitTo(3, -x)
}
`,
};

const CLIENTS = 40;
const TRIPS = 150;
/** More deaths within a minute end a run. */
const KILLS = 3;

for (const [language, describeWith] of [
  ['python', describeWithPython],
  ['R', describeWithR],
] as const) {
  describeWith(`round trips while jets die, come and go, ${language}`, () => {
    test('each client gets the output of its own record, and no count is lost', async () => {
      const engine = await openEngine();
      await engine.scale(3);
      await load(engine, { language, model: answering, input: [] });
      const descriptor = { Transport: 'REST', Encoding: 'json' };
      await engine.attach(3, { name: 'three', descriptor: { Transport: 'discard', Encoding: 'json' } });
      for (const slot of [1, 0]) await engine.attach(slot, { name: `slot ${slot}`, descriptor });
      await vi.waitFor(() => expect(engine.state).toBe('running'), 20_000);
      let answered = 0;
      const client = async (number: number): Promise<void> => {
        for (let trip = 0; trip < TRIPS; trip++) {
          const value = String(number * TRIPS + trip);
          const answer = await engine.roundTrip({ from: 0, to: 1, body: Buffer.from(value) }, 60_000);
          expect(answer?.toString()).toBe(value);
          answered += 1;
        }
      };
      const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
      const disturbing = (async () => {
        for (let kills = 0; kills < KILLS; kills++) {
          const before = answered;
          await vi.waitFor(() => expect(answered).toBeGreaterThan(before + 200), 60_000);
          await delay(Math.random() * 50);
          const { jets } = engine.status();
          const jet = jets[Math.floor(Math.random() * jets.length)];
          if (jet !== undefined) process.kill(jet.pid, 'SIGKILL');
          await engine.scale(1 + Math.floor(Math.random() * 4));
        }
      })();
      await Promise.all([clients, disturbing]);
      const counts = Object.values(engine.stateValues()).map(Number);
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(total).toBeGreaterThanOrEqual(CLIENTS * TRIPS);
      expect(total).toBeLessThanOrEqual(CLIENTS * TRIPS + KILLS * CLIENTS);
      expect(engine.status().slots[1]?.records).toBeGreaterThanOrEqual(CLIENTS * TRIPS);
    });
  });
}
