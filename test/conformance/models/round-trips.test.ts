import { expect, test, vi } from 'vitest';
import type { Pulled } from '../../../src/streams/types.ts';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestEngine, TestLanguage } from './model-run.ts';
import { load, openEngine } from './model-run.ts';

const WAIT_MS = 20_000;

/** Emits as many outputs as the record says, `[value, count]`, and the value to slot 3, too. */
const repeating: ModelPair = {
  python: `
# fastscore.slot.3: in-use
def action(record):
    value, count = record
    for index in range(count):
        yield value * 10 + index
    yield (3, value)
`,
  R: `
# fastscore.slot.3: in-use
library(fastscore)
action <- function(record) {
  value <- record[[1]]
  for (index in seq_len(record[[2]])) emit(value * 10 + index - 1)
  emitTo(3, value)
}
`,
};

const counting: ModelPair = {
  python: `
import fastscore
def action(x):
    yield [x, fastscore.cells('n').update(lambda n: (n or 0) + 1)]
`,
  R: `
library(fastscore)
action <- function(x) emit(c(x, Update(Cell('n'), function(n) if (is.null(n)) 1 else n + 1)))
`,
};

/** Refuses to be written for 2, fails at 4. */
const choosy: ModelPair = {
  python: `
def action(x):
    if x == 4:
        raise ValueError('four')
    yield float('nan') if x == 2 else x
`,
  R: `
library(fastscore)
action <- function(x) {
  if (x == 4) stop('four')
  emit(if (x == 2) NaN else x)
}
`,
};

const texts: ModelPair = {
  python: 'def action(x):\n    yield x + "!"\n',
  R: 'library(fastscore)\naction <- function(x) emit(paste0(x, "!"))\n',
};

/** Does not survive its end. */
const mortal: ModelPair = {
  python: 'import os, signal\ndef action(x):\n    yield x\ndef end():\n    os.kill(os.getpid(), signal.SIGKILL)\n',
  R: 'library(fastscore)\naction <- function(x) emit(x)\nend <- function() tools::pskill(Sys.getpid(), 9L)\n',
};

const program: ModelPair = {
  python: `
# fastscore.action: none
from fastscore.io import Slot
while True:
    batch = Slot(0).read()
    if batch is None:
        break
    Slot(1).write(batch)
`,
  R: `
# fastscore.action: none
library(fastscore)
while (!is.null(batch <- Slot(0)$read())) Slot(1)$write(batch)
`,
};

const suites = [
  [describeWithPython, 'python'],
  [describeWithR, 'R'],
] as const;
for (const [describeLanguage, language] of suites) {
  describeLanguage(`round trips, ${language}`, () => suite(language));
}

function suite(language: TestLanguage): void {
  const start = async (model: ModelPair, { jets = 1, encoding = 'json', slots = [1] } = {}): Promise<TestEngine> => {
    const engine = await openEngine();
    await engine.scale(jets);
    await engine.load({
      name: 'model',
      mtype: language === 'R' ? 'R' : 'python3',
      source: Buffer.from(model[language]),
    });
    const descriptor = { Transport: 'REST', Encoding: encoding };
    for (const slot of [...slots, 0]) await engine.attach(slot, { name: `slot ${slot}`, descriptor });
    await vi.waitFor(() => expect(engine.state).toBe('running'));
    return engine;
  };
  const ask = async (engine: TestEngine, record: unknown, waitMs = WAIT_MS): Promise<Pulled> => {
    const answer = engine.roundTrip({ from: 0, to: 1, body: Buffer.from(JSON.stringify(record)) }, waitMs);
    if (answer === null) throw new Error('outputs cannot be told apart');
    return answer;
  };
  const asJson = (answer: Pulled): unknown => (Buffer.isBuffer(answer) ? JSON.parse(answer.toString()) : answer);
  const asked = async (engine: TestEngine, record: unknown, waitMs?: number): Promise<unknown> =>
    asJson(await ask(engine, record, waitMs));
  const outputs = async (engine: TestEngine, slot: number): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let next = await engine.output(slot, 0); Buffer.isBuffer(next); next = await engine.output(slot, 0)) {
      found.push(asJson(next));
    }
    return found;
  };

  test.each([1, 3])('many at a time with %i jets: each gets the output of its own record', async (jets) => {
    const engine = await start(counting, { jets });
    const values = Array.from({ length: 300 }, (_, index) => index);
    const answers = (await Promise.all(values.map((value) => asked(engine, value)))) as [number, number][];
    expect(answers.map(([value]) => value)).toEqual(values);
    expect(answers.map(([, count]) => count).sort((a, b) => a - b)).toEqual(values.map((value) => value + 1));
    expect(engine.stateValues()).toEqual({ 'cell n': 300 });
    expect(engine.status().slots.map(({ slot, records }) => [slot, records])).toEqual([
      [0, 300],
      [1, 300],
    ]);
  });

  test('the first output of a record is the answer, others go where outputs go', async () => {
    const engine = await start(repeating, { slots: [1, 3] });
    const answers = [1, 2, 3, 4].map((value) => asked(engine, [value, value]));
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
    expect(await outputs(engine, 1)).toEqual([21, 31, 32, 41, 42, 43]);
    expect(await outputs(engine, 3)).toEqual([1, 2, 3, 4]);
  });

  test('a record without an output waits for one that nobody else asked for, and holds nobody up', async () => {
    const engine = await start(repeating, { slots: [1, 3] });
    const impatient = asked(engine, [5, 0], 1);
    const patient = asked(engine, [6, 0]);
    expect(await asked(engine, [7, 1])).toBe(70);
    expect(await impatient).toBe('empty');
    expect(await asked(engine, [8, 2])).toBe(80);
    expect(await patient).toBe(81);
  });

  test('a record or an output that is rejected is an error at once', async () => {
    const engine = await start(choosy);
    const broken = engine.roundTrip({ from: 0, to: 1, body: Buffer.from('{1') }, WAIT_MS);
    const answers = await Promise.allSettled([asked(engine, 1), broken, asked(engine, 2), asked(engine, 3)]);
    expect(answers).toMatchObject([
      { value: 1 },
      { reason: { code: 'RECORD_INVALID', message: expect.stringMatching(/^The record at slot 0 was rejected: /) } },
      {
        reason: {
          code: 'RECORD_INVALID',
          message: expect.stringMatching(/^The record at slot 1 was rejected: .*JSON/),
        },
      },
      { value: 3 },
    ]);
    expect(engine.status().slots.map(({ rejectedByEncoding }) => rejectedByEncoding)).toEqual([1, 1]);
    expect(() => engine.roundTrip({ from: 0, to: 1, body: Buffer.from(' ') }, WAIT_MS)).toThrow(/no record/);
  });

  test('when the model fails, who has an output gets it and all others the reason', async () => {
    const engine = await start(choosy);
    await engine.pause();
    const answers = [1, 3, 4, 5].map((value) => asked(engine, value));
    const settled = Promise.allSettled(answers);
    await engine.unpause();
    expect(await settled).toMatchObject([
      { value: 1 },
      { value: 3 },
      { reason: { code: 'MODEL_FAILED', message: expect.stringContaining('four') } },
      { reason: { code: 'MODEL_FAILED' } },
    ]);
    expect(() => engine.roundTrip({ from: 0, to: 1, body: Buffer.from('1') }, WAIT_MS)).toThrow(/it is ERROR/);
  });

  test('a jet that dies is replaced, and its records are answered by another one', async () => {
    const engine = await start(counting);
    await engine.pause();
    const answers = Array.from({ length: 50 }, (_, index) => asked(engine, index));
    await engine.unpause();
    const [jet] = engine.status().jets;
    process.kill(jet!.pid, 'SIGKILL');
    const values = (await Promise.all(answers)) as [number, number][];
    expect(values.map(([value]) => value)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(engine.stateValues()).toEqual({ 'cell n': 50 });
  });

  test('a surplus jet that dies instead of leaving is not replaced, and the others work on', async () => {
    const engine = await start(mortal, { jets: 3 });
    await engine.scale(1);
    expect(await asked(engine, 7)).toBe(7);
    expect(engine.state).toBe('running');
    expect(engine.status().jets.map(({ restarts }) => restarts)).toEqual([0]);
  });

  test('texts come and go as they are', async () => {
    const engine = await start(texts, { encoding: 'utf-8' });
    const answer = await engine.roundTrip({ from: 0, to: 1, body: Buffer.from('héé') }, WAIT_MS);
    expect(answer?.toString()).toBe('héé!');
  });

  test('a record that waits goes to the model that takes over, unless that is a program', async () => {
    const engine = await start(counting);
    const replace = (model: ModelPair) => load(engine, { language, model, input: [] });
    await engine.pause();
    const answer = asked(engine, 1);
    await replace(choosy);
    await engine.unpause();
    expect(await answer).toBe(1);
    await engine.pause();
    const refused = expect(asked(engine, 1)).rejects.toMatchObject({ code: 'WRONG_STATE', hint: 'Ask again' });
    await replace(program);
    await refused;
  });

  test('outputs of a program cannot be told apart', async () => {
    const engine = await start(program);
    expect(engine.roundTrip({ from: 0, to: 1, body: Buffer.from('1') }, WAIT_MS)).toBeNull();
  });

  test('a slot without a REST stream is refused, and the end of the run is told', async () => {
    const engine = await start(counting);
    expect(() => engine.roundTrip({ from: 0, to: 3, body: Buffer.from('1') }, WAIT_MS)).toThrow(/No REST stream/);
    await engine.pause();
    const waiting = asked(engine, 1);
    await engine.reset();
    expect(await waiting).toBe('eof');
  });
}
