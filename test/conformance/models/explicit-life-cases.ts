import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { ModelPair, TestEngine, TestLanguage } from './model-run.ts';
import { drain, end, openEngine } from './model-run.ts';
import { SET } from './run-sets.ts';

/** Counts records in a cell, writes what it has counted after each batch, and counts programs that have come to their end. */
const counter = (rules = 'none'): ModelPair => ({
  python: `
# fastscore.action: none
# fastscore.snapshots: ${rules}
from fastscore.io import Slot
import fastscore
for batch in Slot(0):
    n = len(batch)
    Slot(1).write(fastscore.cells('n').update(lambda v: (v or 0) + n))
fastscore.cells('ends').add(1)
`,
  R: `
# fastscore.action: none
# fastscore.snapshots: ${rules}
library(fastscore)
while (!is.null(batch <- Slot(0)$read())) {
  Slot(1)$write(Update(Cell('n'), function(v) sum(v, nrow(batch))))
}
Add(Cell('ends'), 1)
`,
});

/** Says which model wrote. */
const negative: ModelPair = {
  python: `
# fastscore.action: none
from fastscore.io import Slot
for batch in Slot(0):
    Slot(1).write(-len(batch))
`,
  R: `
# fastscore.action: none
library(fastscore)
while (!is.null(batch <- Slot(0)$read())) Slot(1)$write(-nrow(batch))
`,
};

/** Adds up pairs of batches, one of each input. */
const pairs: ModelPair = {
  python: `
# fastscore.action: none
# fastscore.slot.2: in-use
from fastscore.io import Slot
import fastscore
for left in Slot(0):
    right = Slot(2).read()
    Slot(1).write(fastscore.cells('n').update(lambda v: (v or 0) + len(left) + len(right)))
`,
  R: `
# fastscore.action: none
# fastscore.slot.2: in-use
library(fastscore)
while (!is.null(left <- Slot(0)$read())) {
  right <- Slot(2)$read()
  Slot(1)$write(Update(Cell('n'), function(v) sum(v, nrow(left), nrow(right))))
}
`,
};

/** Writes for a while for each batch. */
const writer: ModelPair = {
  python: `
# fastscore.action: none
from fastscore.io import Slot
import time
for batch in Slot(0):
    for n in range(40):
        time.sleep(0.01)
        Slot(1).write(n)
`,
  R: `
# fastscore.action: none
library(fastscore)
while (!is.null(batch <- Slot(0)$read())) {
  for (n in 1:40) {
    Sys.sleep(0.01)
    Slot(1)$write(n)
  }
}
`,
};

const withoutEnd: ModelPair = {
  python: `
# fastscore.action: none
# fastscore.slot.0: unused
from fastscore.io import Slot
while True:
    Slot(1).write(1)
`,
  R: `
# fastscore.action: none
# fastscore.slot.0: unused
library(fastscore)
repeat Slot(1)$write(1)
`,
};

/** A callback model that says so for every record. */
const callback: ModelPair = {
  python: 'def action(x):\n    yield "called"\n',
  R: 'action <- function(x) emit("called")\n',
};

const batch = (size: number): string => `${Array.from({ length: size }, (_, at) => at).join('\n')}\n${SET}\n`;

const send = (engine: TestEngine, ...sizes: number[]): Promise<void> =>
  engine.input(0, Buffer.from(sizes.map(batch).join('')));

const stop = (engine: TestEngine): Promise<void> => engine.input(0, Buffer.from('{"$fastscore":"end"}\n'));

async function until(condition: () => boolean | undefined): Promise<void> {
  while (condition() !== true) await new Promise((resolve) => setTimeout(resolve, 2));
}

const counted = (engine: TestEngine): unknown => engine.stateValues()['cell n'];

/** Whether the model has counted so many records; also when it will never do. */
const hasCounted = (engine: TestEngine, count: number) => (): boolean =>
  counted(engine) === count || engine.state === 'error';

/** What holds of a running explicit model in both languages. */
export function testLivesOfPrograms(language: TestLanguage): void {
  const load = (engine: TestEngine, model: ModelPair) =>
    engine.load({ name: 'model', mtype: language, source: Buffer.from(model[language]) });

  /** Its record sets are those of the sender. */
  async function start(model: ModelPair, { jets = 1, inputs = [0] } = {}): Promise<TestEngine> {
    const engine = await openEngine();
    await engine.scale(jets);
    await load(engine, model);
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'REST', Encoding: 'json' } });
    for (const slot of inputs) await attachInput(engine, slot);
    return engine;
  }

  async function attachInput(engine: TestEngine, slot: number): Promise<void> {
    const descriptor = { Transport: { Type: 'REST', Mode: 'chunked' }, Encoding: 'json', Batching: 'explicit' };
    await engine.attach(slot, { name: 'in', descriptor });
  }

  test('is replaced by another one while it runs: it ends as at the end of its input, and its state stays', async () => {
    const engine = await start(counter(), { jets: 2 });
    await send(engine, 3, 4);
    await until(hasCounted(engine, 7));
    await load(engine, negative);
    expect(engine.status().jets).toHaveLength(2);
    await send(engine, 5);
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 7, 'cell ends': 2 });
    const outputs = (await drain(engine, 1)).map(Number);
    expect(outputs.slice(0, 2).sort()).toEqual([expect.any(Number), 7]);
    expect(outputs.slice(2)).toEqual([-5]);
  });

  test('is replaced by a model with callbacks, and replaces one', async () => {
    const engine = await start(counter());
    await send(engine, 2);
    await until(hasCounted(engine, 2));
    await load(engine, callback);
    await send(engine, 2);
    await until(() => engine.status().slots.find(({ slot }) => slot === 1)?.records === 3);
    await load(engine, counter());
    await send(engine, 3);
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(await drain(engine, 1)).toEqual(['2', '"called"', '"called"', '5']);
    expect(engine.stateValues()).toEqual({ 'cell n': 5, 'cell ends': 2 });
  });

  test('stays when the new model does not start', async () => {
    const engine = await start(counter());
    await send(engine, 2);
    const broken: ModelPair = {
      python: 'def begin():\n    raise ValueError("not now")\ndef action(x):\n    pass\n',
      R: 'begin <- function() stop("not now")\naction <- function(x) NULL\n',
    };
    await expect(load(engine, broken)).rejects.toThrow(/not now/);
    await send(engine, 3);
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 5, 'cell ends': 1 });
  });

  test('that writes without end is replaced, too', async () => {
    const engine = await start(withoutEnd, { inputs: [] });
    const reading = (async () => {
      for (;;) {
        const record = await engine.output(1, 50);
        if (record === 'eof') return;
        if (record !== 'empty' && record.toString() === '"through"') return;
      }
    })();
    const through: ModelPair = {
      python: withoutEnd.python.replace('while True:\n    Slot(1).write(1)', 'Slot(1).write("through")'),
      R: withoutEnd.R.replace('repeat Slot(1)$write(1)', 'Slot(1)$write("through")'),
    };
    await load(engine, through);
    expect(await end(engine)).toBe('finished');
    await reading;
  });

  test('reads nothing while the engine is paused, and goes on after that', async () => {
    const engine = await start(counter());
    await send(engine, 2);
    await until(hasCounted(engine, 2));
    await engine.pause();
    await send(engine, 3);
    await engine.scale(2);
    expect(engine.state).toBe('paused');
    expect(counted(engine)).toBe(2);
    await engine.unpause();
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 5, 'cell ends': 2 });
  });

  test('lets a pig through behind what came before it', async () => {
    const engine = await start(counter());
    const pig = '{"$fastscore":"pig","id":7}';
    await engine.input(0, Buffer.from(`1\n2\n${pig}\n3\n${SET}\n`));
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    const outputs = (await drain(engine, 1)).map((text) => JSON.parse(text) as unknown);
    expect(outputs).toEqual([2, JSON.parse(pig), 3]);
    expect(engine.messages.filter(({ type }) => type === 'engine-state')).toMatchObject(
      ['running', 'pigging', 'running', 'finishing', 'finished'].map((state) => ({ state })),
    );
  });

  test('counts exactly while jets come and go', async () => {
    const engine = await start(counter());
    for (const jets of [1, 8, 3]) {
      await engine.scale(jets);
      await send(engine, ...Array.from({ length: 20 }, () => 5));
    }
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 300, 'cell ends': 8 });
  });

  test('waits while there are no jets, and goes on when there are some again', async () => {
    const engine = await start(counter(), { jets: 2 });
    await send(engine, 2);
    await until(hasCounted(engine, 2));
    await engine.scale(0);
    await until(() => engine.status().jets.length === 0);
    expect(engine.state).toBe('running');
    await send(engine, 3);
    expect(counted(engine)).toBe(2);
    await engine.scale(1);
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 5, 'cell ends': 3 });
  });

  test('has in no snapshot what it has read and waits with for another input: a run that goes on reads it again', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'left.jsonl');
    await writeFile(path, batch(2) + batch(3));
    const left = {
      name: 'left',
      descriptor: { Transport: { Type: 'file', Path: path }, Encoding: 'json', Batching: 'explicit' },
    };
    const reads = (engine: TestEngine, count: number) => () =>
      engine.status().slots.find(({ slot }) => slot === 0)?.records === count;
    const sendRight = (engine: TestEngine, size: number) => engine.input(2, Buffer.from(batch(size)));

    const engine = await start(pairs, { inputs: [2] });
    await engine.attach(0, left);
    await until(reads(engine, 2));
    const first = await engine.snapshot('test');
    await sendRight(engine, 10);
    await until(hasCounted(engine, 12));
    await until(reads(engine, 5));
    const second = await engine.snapshot('test');

    for (const [taken, sizes, outputs] of [
      [first, [10, 20], ['12', '35']],
      [second, [20], ['35']],
    ] as const) {
      const other = await openEngine();
      await other.restore(await engine.snapshots.open('model', taken.id), { trust: true, resume: true });
      await load(other, pairs);
      await other.attach(1, { name: 'out', descriptor: { Transport: 'REST', Encoding: 'json' } });
      await attachInput(other, 2);
      await other.attach(0, left);
      for (const size of sizes) await sendRight(other, size);
      await other.input(2, Buffer.from('{"$fastscore":"end"}\n'));
      expect(await end(other)).toBe('finished');
      expect(await drain(other, 1)).toEqual(outputs);
      expect(other.stateValues()).toEqual({ 'cell n': 35 });
    }
  });

  test('finishes the batch that it has before a snapshot is taken', async () => {
    const engine = await start(writer);
    await send(engine, 2, 2);
    const written = () => engine.status().slots.find(({ slot }) => slot === 1)!.records;
    await until(() => written() > 0);
    const { id } = await engine.snapshot('test');
    const { header } = await readSnapshot(await engine.snapshots.open('model', id));
    expect(header.records).toEqual({ in: { 0: 2 }, out: { 1: 40 } });
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(written()).toBe(80);
  });

  test('that fails when it comes to its end stops the run instead of being replaced', async () => {
    const failing: ModelPair = {
      python: `${counter().python}raise ValueError('at the end')\n`,
      R: `${counter().R}stop('at the end')\n`,
    };
    const engine = await start(failing);
    await send(engine, 1);
    await until(hasCounted(engine, 1));
    await expect(load(engine, counter())).rejects.toThrow('The run has come to its end');
    expect(await end(engine)).toBe('error');
    expect(engine.status().failure?.message).toContain('at the end');
    await until(() => engine.status().jets.length === 0);
    await engine.reset();
  });

  test('is not replaced after its end', async () => {
    const engine = await start(counter());
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    await expect(load(engine, counter())).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  test('starts again when its jet is killed, and gets what that one had not seen through', async () => {
    const engine = await openEngine();
    // Waits for a cell, with its batch in hand.
    const slow: ModelPair = {
      python: counter().python.replace(
        '    n = len(batch)\n',
        "    n = len(batch)\n    print('has it')\n    while fastscore.cells('go').value is None: fastscore.cells('tries').add(1)\n",
      ),
      R: counter().R.replace(
        'read())) {\n',
        "read())) {\n  cat('has it\\n')\n  while (is.null(Get(Cell('go')))) Add(Cell('tries'), 1)\n",
      ),
    };
    await load(engine, slow);
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
    await attachInput(engine, 0);
    await send(engine, 4);
    const has = (times: number) => () =>
      engine.messages.filter(({ type }) => type === 'model-console').length === times;
    await until(has(1));
    process.kill(engine.status().jets[0]!.pid, 'SIGKILL');
    await until(has(2));
    await engine.setState({ kind: 'cell', name: 'go' }, 'true');
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(engine.stateValues()).toMatchObject({ 'cell n': 4, 'cell ends': 1 });
    expect(engine.status().slots[0]!.records).toBe(4);
  });

  test('goes with the engine, whether it waits or works', async () => {
    const busy: ModelPair = {
      python: counter().python.replace('    n = len(batch)\n', '    while True: pass\n'),
      R: counter().R.replace('read())) {\n', 'read())) {\n  repeat NULL\n'),
    };
    const waiting = await start(counter(), { jets: 2 });
    const working = await start(busy);
    await send(working, 1);
    const pids = [...waiting.status().jets, ...working.status().jets].map(({ pid }) => pid);
    await Promise.all([waiting.reset(), working.close()]);
    expect(waiting.state).toBe('init');
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is in the snapshots that its rules, a person and a control record ask for, and goes on from them', async () => {
    const engine = await start(counter('eof, control, every 6'));
    await send(engine, 2);
    await until(hasCounted(engine, 2));
    await engine.snapshot('manual');
    await engine.input(0, Buffer.from(`${batch(3)}{"$fastscore":"snapshot","id":1}\n${batch(1)}${batch(1)}`));
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    const infos = (await engine.snapshots.list('model')).reverse();
    const taken = await Promise.all(
      infos.map(async ({ id }) => readSnapshot(await engine.snapshots.open('model', id))),
    );
    expect(taken.map(({ header, entries }) => [header.trigger, header.records.in[0], entries.length])).toEqual([
      ['manual', 2, 1],
      ['control', 5, 1],
      ['every 6', 6, 1],
      ['eof', 7, 2],
    ]);
    await engine.reset();
    await engine.restore(await engine.snapshots.open('model', infos[1]!.id), { trust: true });
    await load(engine, counter());
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'REST', Encoding: 'json' } });
    await attachInput(engine, 0);
    await send(engine, 10);
    await stop(engine);
    expect(await end(engine)).toBe('finished');
    expect(await drain(engine, 1)).toEqual(['15']);
  });
}
