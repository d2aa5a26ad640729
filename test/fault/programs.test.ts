import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { TestEngine } from '../conformance/models/model-run.ts';
import { end, openEngine } from '../conformance/models/model-run.ts';
import { SET } from '../conformance/models/run-sets.ts';
import { describeWithR } from '../languages.ts';

const count = `
# fastscore.action: none
library(fastscore)
while (!is.null(batch <- Slot(0)$read())) {
  Update(Cell("n"), function(n) sum(n, nrow(batch)))
  Slot(1)$write(nrow(batch))
}
`;

const BATCH = 50;
const BATCHES = 2000;
/** More deaths within a minute end a run. */
const KILLS = 3;

describeWithR('programs that die, come, go and are replaced at random moments', () => {
  test('no batch is lost, and at most those of the dead count again', async () => {
    const engine = await openEngine();
    const load = () => engine.load({ name: 'model', mtype: 'R', source: Buffer.from(count) });
    await engine.scale(3);
    await load();
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
    const rest = { Transport: { Type: 'REST', Mode: 'chunked' }, Encoding: 'json', Batching: 'explicit' };
    await engine.attach(0, { name: 'in', descriptor: rest });
    const sent = send(engine);
    const log = await disturb(engine, load);
    await sent;
    await engine.input(0, Buffer.from('{"$fastscore":"end"}\n'));
    const state = await end(engine);
    process.stderr.write(`${log.join(', ')}\n`);
    expect(state).toBe('finished');
    const counted = engine.stateValues()['cell n'] as number;
    const kills = log.filter((what) => what === 'kill').length;
    expect(counted).toBeGreaterThanOrEqual(BATCHES * BATCH);
    expect(counted).toBeLessThanOrEqual((BATCHES + kills) * BATCH);
    expect(engine.status().slots[1]!.records).toBeGreaterThanOrEqual(BATCHES);
    expect(engine.status().slots[1]!.records).toBeLessThanOrEqual(BATCHES + kills);
  });
});

async function send(engine: TestEngine): Promise<void> {
  const batch = Buffer.from(`${'1\n'.repeat(BATCH)}${SET}\n`);
  for (let sent = 0; sent < BATCHES; sent++) {
    await engine.input(0, batch);
    if (sent % 10 === 0) await delay(5);
  }
}

/** Does something every now and then. @returns what it did */
async function disturb(engine: TestEngine, load: () => Promise<unknown>): Promise<string[]> {
  const log: string[] = [];
  for (let step = 0; step < 24; step++) {
    await delay(Math.random() * 80);
    const { jets } = engine.status();
    const victim = jets[Math.floor(Math.random() * jets.length)];
    const choice = Math.floor(Math.random() * 5);
    if (choice === 0 && victim !== undefined && log.filter((what) => what === 'kill').length < KILLS) {
      if (kill(victim.pid)) log.push('kill');
    } else if (choice === 1) {
      const jets = 1 + Math.floor(Math.random() * 6);
      await engine.scale(jets);
      log.push(`scale ${jets}`);
    } else if (choice === 2) {
      await engine.pause();
      await delay(Math.random() * 20);
      await engine.unpause();
      log.push('pause');
    } else if (choice === 3) {
      await engine.snapshot('manual');
      log.push('snapshot');
    } else {
      await load();
      log.push('load');
    }
  }
  return log;
}

/** @returns false when it has left meanwhile */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
