import { expect, test } from 'vitest';
import type { Flow, Trace } from '../../src/engine/measures.ts';
import { Measures } from '../../src/engine/measures.ts';
import { openEngine } from '../conformance/models/model-run.ts';

test('pauses and writings of snapshots are added up, failures counted', async () => {
  const measures = new Measures();
  measures.paused(3);
  measures.paused(1);
  expect(await measures.writing(async () => 'written')).toBe('written');
  await expect(measures.writing(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(measures.snapshots).toMatchObject({ taken: 1, failed: 1, pauseMs: 4, lastPauseMs: 1, longestPauseMs: 3 });
});

test('nobody asks for words that nobody hears', () => {
  const measures = new Measures();
  measures.trace(0, () => {
    throw new Error('asked');
  });
  const heard: Trace[] = [];
  measures.traces.add((trace) => heard.push(trace));
  measures.trace(1, () => 'words');
  expect(heard).toEqual([{ slot: 1, text: 'words' }]);
});

test('what jets have done stays when they are gone, under their numbers', () => {
  const { jets } = new Measures();
  const counts = { records: 1, bytes: 2, outputRecords: 3, outputBytes: 4, busyMs: 5, waitedMs: 6 };
  const jet = { number: 2, counts };
  expect(jets.totals([])).toEqual([]);
  jets.close(jet);
  jets.restarted(2);
  expect(jets.totals([{ ...jet, number: 1 }, jet])).toEqual([
    { number: 1, ...counts, restarts: 0 },
    { number: 2, records: 2, bytes: 4, outputRecords: 6, outputBytes: 8, restarts: 1, busyMs: 10, waitedMs: 12 },
  ]);
  expect(jets.totals([])).toEqual([{ number: 2, ...counts, restarts: 1 }]);
});

const MODEL = `
from fastscore import Cell
total = Cell('total')
def action(x):
    total.update(lambda n: (n or 0) + x)
    yield x
    yield x
`;

test('a run tells of every batch at every point, of each step, and of what it has cost', async () => {
  const engine = await openEngine();
  const flows: Flow[] = [];
  const traces: Trace[] = [];
  engine.onFlow((flow) => flows.push(flow));
  engine.onTrace((trace) => traces.push(trace));
  await engine.load({ name: 'm', mtype: 'python3', source: Buffer.from(MODEL) });
  const data = Array.from({ length: 1000 }, (_, index) => (index === 500 ? '{bad' : String(index)));
  await engine.attach(0, { name: 'in', descriptor: { Transport: { Type: 'inline', Data: data }, Encoding: 'json' } });
  await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
  await engine.waitWhile('running', 30_000);
  await engine.waitWhile('finishing', 30_000);
  expect(engine.state).toBe('finished');
  const sum = (wanted: (flow: Flow) => boolean) =>
    flows
      .filter(wanted)
      .reduce((all, { records, bytes }) => ({ records: all.records + records, bytes: all.bytes + bytes }), {
        records: 0,
        bytes: 0,
      });
  const { slots } = engine.status();
  for (const { slot, records, bytes } of slots) {
    expect(sum((flow) => flow.point === 'slot' && flow.slot === slot)).toEqual({ records, bytes });
  }
  expect(slots).toMatchObject([{ records: 1000, rejectedByEncoding: 1 }, { records: 1998 }]);
  expect(sum((flow) => flow.point === 'jet' && flow.side === 'input').records).toBe(1000);
  expect(sum((flow) => flow.point === 'jet' && flow.side === 'output').records).toBe(1998);
  const words = traces.map(({ slot, text }) => `${slot}: ${text}`);
  expect(words).toContainEqual(expect.stringMatching(/^0: batch 1 has \d+ records \(\d+ bytes\) from record 1 on$/));
  expect(words).toContainEqual('0: batch 1 goes to jet 1');
  expect(words).toContainEqual(expect.stringMatching(/^0: a record is rejected by encoding/));
  expect(words).toContainEqual(expect.stringMatching(/^1: \d+ records \(\d+ bytes\) go to the output$/));
  expect(words).toContainEqual('0: end of the input');
  expect(engine.streamCosts(0)?.unwrap.records).toBe(1000);
  expect(engine.streamCosts(1)).toMatchObject({ wrap: { records: 1998 }, validate: { records: 1998 } });
  expect(engine.streamCosts(2)).toBeNull();
  expect(engine.status()).toMatchObject({ jets: [], jetTotals: [{ number: 1, records: 1000, outputRecords: 1998 }] });
  await engine.snapshot('request');
  const { taken, failed, pauseMs, writeMs } = engine.status().snapshots;
  expect({ taken, failed, pauseMs }).toEqual({ taken: 1, failed: 0, pauseMs: 0 });
  expect(writeMs).toBeGreaterThan(0);
});

test('jets count what they do, and snapshots of a run how long it stood still', async () => {
  const engine = await openEngine();
  await engine.load({ name: 'm', mtype: 'python3', source: Buffer.from(MODEL) });
  await engine.scale(2);
  await engine.attach(0, { name: 'in', descriptor: { Transport: 'REST', Encoding: 'json' } });
  await engine.attach(1, { name: 'out', descriptor: { Transport: 'REST', Encoding: 'json' } });
  for (let record = 1; record <= 20; record++) {
    await engine.input(0, Buffer.from(String(record)));
    await engine.output(1, 20_000);
    await engine.output(1, 20_000);
  }
  await engine.snapshot('request');
  const { jets, snapshots, loans } = engine.status();
  const sum = (of: (jet: (typeof jets)[number]) => number) => jets.reduce((all, jet) => all + of(jet), 0);
  expect(jets).toHaveLength(2);
  expect(sum(({ records }) => records)).toBe(20);
  expect(sum(({ outputRecords }) => outputRecords)).toBe(40);
  expect(sum(({ outputBytes }) => outputBytes)).toBe(2 * sum(({ bytes }) => bytes));
  expect(snapshots.taken).toBe(1);
  expect(snapshots.pauseMs).toBeGreaterThan(0);
  expect(snapshots.longestPauseMs).toBe(snapshots.lastPauseMs);
  // One jet after the other is idle longest: the cell goes from hand to hand.
  expect(loans.recalls).toBeGreaterThan(0);

  const [victim] = jets;
  process.kill(-(victim?.pid ?? 0), 'SIGKILL');
  const restarted = () => engine.status().jetTotals.find(({ number }) => number === victim?.number)?.restarts === 1;
  await new Promise<void>((resolve) => {
    const stop = engine.onMessage(() => {
      // The replacement starts after the count.
      if (!restarted()) return;
      stop();
      resolve();
    });
  });
  expect(engine.status().jetTotals.reduce((all, { records }) => all + records, 0)).toBe(20);
});
