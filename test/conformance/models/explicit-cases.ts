import { expect, test } from 'vitest';
import type { TestLanguage } from './model-run.ts';
import { runSets, SET } from './run-sets.ts';

/** Programs that do the same in each language; `sums` reads until the end, `first` reads one batch. */
const PROGRAMS: Record<
  TestLanguage,
  Record<'sums' | 'first' | 'source' | 'two' | 'wrong' | 'count' | 'fails', string>
> = {
  python: {
    sums: '# fastscore.action: none\nfrom fastscore.io import Slot\nfor batch in Slot(0):\n    Slot(1).write(float(batch["x"].sum()))\nSlot(1).write("end")\n',
    first:
      '# fastscore.action: unused\nfrom fastscore.io import Slot\nSlot(1).write(len(Slot(0).read(format="pandas.standard")))\nprint("through")\n',
    source:
      '# fastscore.action: none\n# fastscore.slot.0: unused\nfrom fastscore.io import Slot\nfor i in range(2500):\n    Slot(1).write(i)\n',
    two: '# fastscore.action: none\n# fastscore.slot.2: in-use\n# fastscore.recordsets.3: yes\nfrom fastscore.io import Slot\nimport pandas\nwhile True:\n    a, b = Slot(0).read(), Slot(2).read(with_seqno=True)\n    if a is None or b is None:\n        break\n    Slot(1).write([len(a), b[0]])\n    Slot(3).write(b[1])\n',
    wrong: '# fastscore.action: none\nfrom fastscore.io import Slot\nSlot(1).read()\n',
    count:
      '# fastscore.action: none\nfrom fastscore.io import Slot\nimport fastscore\nfor batch in Slot(0):\n    fastscore.cells("n").update(lambda n: (n or 0) + len(batch))\nfastscore.cells("ends").update(lambda n: (n or 0) + 1)\n',
    fails:
      '# fastscore.action: none\nfrom fastscore.io import Slot\nfor batch in Slot(0):\n    raise ValueError("bad batch")\n',
  },
  R: {
    sums: '# fastscore.action: none\nlibrary(fastscore)\nwhile (!is.null(batch <- Slot(0)$read())) Slot(1)$write(sum(batch$x))\nSlot(1)$write("end")\n',
    first: '# fastscore.action: unused\nlibrary(fastscore)\nSlot(1)$write(nrow(Slot(0)$read()))\ncat("through\\n")\n',
    source:
      '# fastscore.action: none\n# fastscore.slot.0: unused\nlibrary(fastscore)\nfor (i in 0:2499) Slot(1)$write(i)\n',
    two: '# fastscore.action: none\n# fastscore.slot.2: in-use\n# fastscore.recordsets.3: yes\nlibrary(fastscore)\nrepeat {\n  a <- Slot(0)$read()\n  b <- Slot(2)$read(with_seqno = TRUE)\n  if (is.null(a) || is.null(b)) break\n  Slot(1)$write(c(nrow(a), b$seqno))\n  Slot(3)$write(b$data)\n}\n',
    wrong: '# fastscore.action: none\nlibrary(fastscore)\nSlot(1)$read()\n',
    count:
      '# fastscore.action: none\nlibrary(fastscore)\nwhile (!is.null(batch <- Slot(0)$read())) Update(Cell("n"), function(n) sum(n, nrow(batch)))\nUpdate(Cell("ends"), function(n) sum(n, 1))\n',
    fails:
      '# fastscore.action: none\nlibrary(fastscore)\nwhile (!is.null(batch <- Slot(0)$read())) stop("bad batch")\n',
  },
};

/** What holds for explicit models in both languages. */
export function testExplicitModels(language: TestLanguage): void {
  const programs = PROGRAMS[language];
  const rows = ['{"x":1}', '{"x":2}', SET, '{"x":5}'];

  test('reads its batches until the input ends, and goes on after that', async () => {
    const { outputs, state, engine } = await runSets({ language, source: programs.sums, inputs: { 0: rows } });
    expect(engine.status().failure).toBeNull();
    expect(state).toBe('finished');
    expect(outputs[0]!.map((text) => JSON.parse(text))).toEqual([3, 5, 'end']);
  });

  test('may end before its input does: the rest is not wanted', async () => {
    const { outputs, state, engine } = await runSets({ language, source: programs.first, inputs: { 0: rows } });
    expect(state).toBe('finished');
    expect(outputs[0]).toEqual(['2']);
    expect(engine.messages).toContainEqual(
      expect.objectContaining({ type: 'model-console', text: expect.stringContaining('through') }),
    );
  });

  test('reads several slots as it likes, writes records and record sets, and learns numbers of records', async () => {
    const { outputs, engine } = await runSets({
      language,
      source: programs.two,
      inputs: { 0: ['1', '2', SET, '3'], 2: ['"a"', SET, '"b"', '"c"', SET, '"d"'] },
      outputs: [1, 3],
    });
    expect(engine.status().failure).toBeNull();
    expect(outputs).toEqual([
      ['[2,1]', '[1,2]'],
      ['"a"', SET, '"b"', '"c"', SET],
    ]);
  });

  test('runs whole in every jet, each with batches of its own', async () => {
    const input = Array.from({ length: 20 }, (_, index) => [String(index), SET]).flat();
    const { engine, state } = await runSets({ language, source: programs.count, inputs: { 0: input }, jets: 2 });
    expect(engine.status().failure).toBeNull();
    expect(state).toBe('finished');
    expect(engine.stateValues()).toEqual({ 'cell n': 20, 'cell ends': 2 });
  });

  test('fails with its traceback and the batch at hand', async () => {
    const { engine, state } = await runSets({ language, source: programs.fails, inputs: { 0: rows } });
    expect(state).toBe('error');
    const failed = engine.status().failure!;
    expect(failed.message).toContain('The model failed in its program: ');
    expect(failed.message).toContain('bad batch');
    expect(failed.traceback).toContain(language === 'R' ? '__model.R:3' : '"__model.py", line 4');
    expect(failed.input).toMatchObject({ slot: 0, seqno: 1, data: ['{"x":1}'], batchLength: 2 });
  });
}

/** What holds without reading, for which Python needs no library. */
export function testWritingPrograms(language: TestLanguage): void {
  const programs = PROGRAMS[language];

  test('without inputs writes as much as it likes, and ends the run', async () => {
    const { outputs, state, engine } = await runSets({ language, source: programs.source, inputs: {} });
    expect(engine.status().failure).toBeNull();
    expect(state).toBe('finished');
    expect(outputs[0]).toEqual(Array.from({ length: 2500 }, (_, index) => String(index)));
  });

  test('may end as programs do, with status 0', async () => {
    const quits = {
      python:
        '# fastscore.action: none\nimport sys\nfrom fastscore.io import Slot\nSlot(1).write(1)\nsys.exit(STATUS)\n',
      R: '# fastscore.action: none\nlibrary(fastscore)\nSlot(1)$write(1)\nquit(save = "no", status = STATUS)\n',
    }[language];
    for (const [status, state] of [
      ['0', 'finished'],
      ['3', 'error'],
    ] as const) {
      const found = await runSets({ language, source: quits.replace('STATUS', status), inputs: { 0: ['1'] } });
      expect(found.state).toBe(state);
    }
  });

  test('cannot read an output', async () => {
    const { engine, state } = await runSets({ language, source: programs.wrong, inputs: { 0: ['1'] } });
    expect(state).toBe('error');
    expect(engine.status().failure?.message).toContain('slot 1 is not an input slot');
  });
}
