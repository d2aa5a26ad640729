import { expect, test, vi } from 'vitest';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestLanguage } from './model-run.ts';
import { drain, failure, openEngine, run } from './model-run.ts';

const input = ['1', '2', '3', '4', '5'];

/** Counts records; fails at 4, after it has counted and emitted that, too. */
const fourth: ModelPair = {
  python: `
import fastscore
def action(x):
    fastscore.cells('n').add(1)
    yield x
    yield (3, -x)
    if x == 4:
        raise ValueError('four')
`,
  R: `
# fastscore.slot.3: in-use
library(fastscore)
action <- function(x) {
  Add(Cell('n'), 1)
  emit(x)
  emitTo(3, -x)
  if (x == 4) stop('four')
}
`,
};

const atTheEnd: ModelPair = {
  python: `
import fastscore
def action(x):
    yield x
def end():
    fastscore.cells('ended').set(True)
    yield 'end'
    raise ValueError('too late')
`,
  R: `
library(fastscore)
action <- function(x) emit(x)
end <- function() {
  Set(Cell('ended'), TRUE)
  emit('end')
  stop('too late')
}
`,
};

const program: ModelPair = {
  python: `
# fastscore.action: none
from fastscore.io import Slot
import fastscore
fastscore.cells('written').set(2)
Slot(1).write('a')
Slot(1).write('b')
raise ValueError('enough')
`,
  R: `
# fastscore.action: none
library(fastscore)
Set(Cell('written'), 2)
Slot(1)$write('a')
Slot(1)$write('b')
stop('enough')
`,
};

/** Each record is counted and emitted once, by whichever jet has it. */
const counted: ModelPair = {
  python: `
import fastscore
def action(x):
    yield fastscore.cells('n').update(lambda n: (n or 0) + 1)
    if x == 2000:
        raise ValueError('late')
`,
  R: `
library(fastscore)
action <- function(x) {
  emit(Update(Cell('n'), function(n) sum(n, 1)))
  if (x == 2000) stop('late')
}
`,
};

for (const [language, describeLanguage] of [
  ['python', describeWithPython],
  ['R', describeWithR],
] as [TestLanguage, typeof describeWithR][]) {
  describeLanguage(`a model in ${language} that fails`, () => {
    test('loses neither outputs nor state of what it has done before, in the same batch, too', async () => {
      const engine = await openEngine();
      const model = { ...fourth, python: `# fastscore.slot.3: in-use\n${fourth.python}` };
      const { state, outputs } = await run(engine, { language, model, input, outputs: [1, 3] });
      expect(state).toBe('error');
      expect(failure(engine).input).toMatchObject({ seqno: 4, data: ['4'] });
      expect(outputs).toEqual([
        ['1', '2', '3', '4'],
        ['-1', '-2', '-3', '-4'],
      ]);
      expect(engine.stateValues()).toEqual({ 'cell n': 4 });
    });

    test('in end has emitted what it emitted there', async () => {
      const engine = await openEngine();
      const { state, outputs } = await run(engine, { language, model: atTheEnd, input });
      expect(state).toBe('error');
      expect(outputs[0]).toEqual([...input, '"end"']);
      expect(engine.stateValues()).toEqual({ 'cell ended': true });
    });

    test('as a program has written what it wrote', async () => {
      const engine = await openEngine();
      const { state, outputs } = await run(engine, { language, model: program, input });
      expect(state).toBe('error');
      expect(failure(engine).message).toContain('enough');
      expect(outputs[0]).toEqual(['"a"', '"b"']);
      expect(engine.stateValues()).toEqual({ 'cell written': 2 });
    });

    test('has as many outputs as its state says, of all of its jets', async () => {
      const engine = await openEngine();
      const many = Array.from({ length: 3000 }, (_, at) => String(at + 1));
      const { state, outputs } = await run(engine, { language, model: counted, input: many, jets: 2 });
      expect(state).toBe('error');
      await vi.waitUntil(() => engine.status().jets.length === 0);
      const counts = [...outputs[0]!, ...(await drain(engine, 1))].map(Number).sort((a, b) => a - b);
      expect(counts).toEqual(counts.map((_, at) => at + 1));
      expect(engine.stateValues()).toEqual({ 'cell n': counts.length });
    });
  });
}

describeWithPython('a model that emits what cannot be written', () => {
  test('fails, and all else that it has emitted comes out', async () => {
    const engine = await openEngine();
    const model = { python: "def action(x):\n    yield {'set': {x}} if x == 2 else x\n", R: '' };
    const { state, outputs } = await run(engine, { language: 'python', model, input });
    expect(state).toBe('error');
    expect(failure(engine).input).toMatchObject({ seqno: 2, data: ['2'] });
    expect(outputs[0]).toEqual(['1', '3', '4', '5']);
  });
});
