import { expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestLanguage } from './model-run.ts';
import { failure, openEngine, run } from './model-run.ts';

const echo: ModelPair = {
  python: 'def action(x):\n    yield x\n',
  R: 'action <- function(x) emit(x)\n',
};

const suites: [TestLanguage, typeof describeWithR][] = [
  ['python', describeWithPython],
  ['R', describeWithR],
];

for (const [language, describeLanguage] of suites) {
  describeLanguage(`a model in ${language}`, () => {
    test('gives back every JSON value as it was', async () => {
      const input = [
        'null',
        'true',
        '0',
        '-7',
        '1.5',
        '1e+300',
        '""',
        '"a \\"quoted\\" text"',
        '"žluťoučký 🐎"',
        '[]',
        '[1,2,3]',
        '["a","b"]',
        '[1,"a",null]',
        '{}',
        '{"b":1,"a":{"c":[true,false]}}',
        '[[1,2],[3,4]]',
        '9007199254740991',
      ];
      const { state, outputs } = await run(await openEngine(), { language, model: echo, input });
      expect(state).toBe('finished');
      expect(outputs[0]!.map((text) => JSON.parse(text))).toEqual(input.map((text) => JSON.parse(text)));
    });

    test('keeps every digit of integers that doubles cannot hold, in records, state and names', async () => {
      const model: ModelPair = {
        python: `
import fastscore
def action(x):
    fastscore.cells('last').set(x)
    fastscore.pools('by').set(x['id'], 1)
    yield fastscore.cells('last').value
    yield [x['id'], str(x['id']), x['id'] == x['other']]
`,
        R: `
library(fastscore)
action <- function(x) {
  Set(Cell('last'), x)
  Set(Pool('by'), x$id, 1)
  emit(Get(Cell('last')))
  emit(list(x$id, paste(x$id), x$id == x$other))
}
`,
      };
      const engine = await openEngine();
      const input = [
        '{"id":9007199254740993,"other":-9007199254740993,"list":[1,12345678901234567890,9007199254740995]}',
      ];
      const { outputs } = await run(engine, { language, model, input });
      expect(outputs[0]).toEqual([input[0], '[9007199254740993,"9007199254740993",false]']);
      expect(Object.keys(engine.stateValues()).sort()).toEqual(['by[9007199254740993]', 'cell last']);
    });

    test('gives back bytes and decimals as they were, zero bytes included', async () => {
      const input = ['"\\u0001\\u0000"', '{"d":"\\u0000ÿ","n":1}', '["a","\\u0000\\u0002",""]', '"plain"'];
      const { outputs } = await run(await openEngine(), { language, model: echo, input });
      expect(outputs[0]!.map((text) => JSON.parse(text))).toEqual(input.map((text) => JSON.parse(text)));
    });

    test('sees slot and sequence number when its action asks for them', async () => {
      const model: ModelPair = {
        python: 'def action(x, slot, seqno):\n    yield [x, slot, seqno]\n',
        R: 'action <- function(x, slot, seqno) emit(list(x, slot, seqno))\n',
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['"a"', '"b"'] });
      expect(outputs[0]).toEqual(['["a",0,1]', '["b",0,2]']);
    });

    test('runs begin before the first record and end after the last, which may emit', async () => {
      const model: ModelPair = {
        python:
          'def begin():\n    global n\n    n = 100\ndef action(x):\n    global n\n    n += x\ndef end():\n    yield n\n',
        R: 'begin <- function() n <<- 100\naction <- function(x) n <<- n + x\nend <- function() emit(n)\n',
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['1', '2', '3'] });
      expect(outputs[0]).toEqual(['106']);
    });

    test('emits nothing, one or many records for a record, to the slot that it names', async () => {
      const model: ModelPair = {
        python:
          '# fastscore.slot.3: in-use\ndef action(x):\n    for i in range(x):\n        yield i\n    if x > 1:\n        yield (3, {"many": x})\n',
        R: '# fastscore.slot.3: in-use\naction <- function(x) {\n  for (i in seq_len(x)) emit(i - 1)\n  if (x > 1) emitTo(3, list(many = x))\n}\n',
      };
      const { outputs } = await run(await openEngine(), {
        language,
        model,
        input: ['0', '1', '3'],
        outputs: [1, 3],
      });
      expect(outputs).toEqual([['0', '0', '1', '2'], ['{"many":3}']]);
    });

    test('keeps its globals from record to record', async () => {
      const model: ModelPair = {
        python: 'seen = []\ndef action(x):\n    seen.append(x)\n    yield len(seen)\n',
        R: 'seen <- c()\naction <- function(x) {\n  seen <<- c(seen, x)\n  emit(length(seen))\n}\n',
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['5', '5', '5'] });
      expect(outputs[0]).toEqual(['1', '2', '3']);
    });

    test('never sees a record that is not JSON; the flow goes on and the engine tells what was wrong', async () => {
      const engine = await openEngine();
      const input = ['1', '{"a":', '2', 'x', '[1,2', '3,4', '5'];
      const model: ModelPair = {
        python: 'def action(x, slot, seqno):\n    yield [x, seqno]\n',
        R: 'action <- function(x, slot, seqno) emit(list(x, seqno))\n',
      };
      const { outputs } = await run(engine, { language, model, input });
      expect(outputs[0]).toEqual(['[1,1]', '[2,3]', '[5,7]']);
      const slot = engine.status().slots.find((found) => found.slot === 0)!;
      expect(slot.rejectedByEncoding).toBe(4);
      expect(slot.rejects.map(({ seqno, text }) => [seqno, text])).toEqual([
        [2, '{"a":'],
        [4, 'x'],
        [5, '[1,2'],
        [6, '3,4'],
      ]);
    });

    test('takes and gives text records in encoding utf-8', async () => {
      const model: ModelPair = {
        python: 'def action(x):\n    yield x.upper()\n',
        R: 'action <- function(x) emit(toupper(x))\n',
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['abc', 'né'], encoding: 'utf-8' });
      expect(outputs[0]).toEqual(['ABC', 'NÉ']);
    });

    test('that emits what JSON cannot hold has that record rejected, not the run', async () => {
      const engine = await openEngine();
      const model: ModelPair = {
        python: 'def action(x):\n    yield x / 2 if x else float("nan")\n',
        R: 'action <- function(x) emit(if (x == 0) NaN else x / 2)\n',
      };
      const { state, outputs } = await run(engine, { language, model, input: ['1', '0', '3'] });
      expect([state, outputs[0]]).toEqual(['finished', ['0.5', '1.5']]);
      expect(engine.status().slots.find(({ slot }) => slot === 1)?.rejectedByEncoding).toBe(1);
    });

    test('prints to the messages of the engine, never into its records', async () => {
      const engine = await openEngine();
      const model: ModelPair = {
        python: 'import sys\ndef action(x):\n    print("got", x)\n    sys.stderr.write("careful\\n")\n    yield x\n',
        R: 'action <- function(x) {\n  cat("got", x, "\\n", sep = " ")\n  message("careful")\n  emit(x)\n}\n',
      };
      const { outputs } = await run(engine, { language, model, input: ['7'] });
      expect(outputs[0]).toEqual(['7']);
      const console = engine.messages.filter((message) => message.type === 'model-console');
      expect(console.map(({ stream, text }) => [stream, text.trim()]).sort()).toEqual([
        ['stderr', 'careful'],
        ['stdout', 'got 7'],
      ]);
    });

    test.each([
      [
        'action',
        {
          python: 'def action(x):\n    y = 1\n    return 1 // (x - 3)\n',
          R: 'action <- function(x) {\n  y <- 1\n  if (x == 3) stop("division by zero")\n}\n',
        },
        3,
      ],
      [
        'begin',
        {
          python: 'def begin():\n\n    1 // 0\ndef action(x):\n    pass\n',
          R: 'begin <- function() {\n\n  stop("division by zero")\n}\naction <- function(x) NULL\n',
        },
        3,
      ],
      [
        'end',
        {
          python: 'def action(x):\n    pass\ndef end():\n    1 // 0\n',
          R: 'action <- function(x) NULL\nend <- function() {\n\n  stop("division by zero")\n}\n',
        },
        4,
      ],
    ] as const)('that fails in %s stops the engine with a traceback of its own lines', async (phase, model, line) => {
      const engine = await openEngine();
      const { state } = await run(engine, { language, model, input: ['1', '2', '3', '4'] });
      expect(state).toBe('error');
      const { message, traceback, input } = failure(engine);
      expect(message).toContain('division');
      expect(message).toContain('zero');
      expect(traceback).toMatch(language === 'python' ? `__model.py", line ${line}` : `__model.R:${line}`);
      expect(traceback).not.toMatch(/fastscore.*_jet|run_jet/);
      if (phase === 'action') expect(input).toMatchObject({ slot: 0, seqno: 3, data: ['3', '4'].slice(0, 1) });
      else expect(input).toBeNull();
    });

    test('that ends its own process is started again, and fails for good when it goes on doing so', async () => {
      const engine = await openEngine();
      const model: ModelPair = {
        python: 'import os, signal\ndef action(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n',
        R: 'action <- function(x) tools::pskill(Sys.getpid(), tools::SIGKILL)\n',
      };
      const { state } = await run(engine, { language, model, input: ['1'] });
      expect(state).toBe('error');
      expect(failure(engine)).toMatchObject({ code: 'JET_CRASHED' });
    });
  });
}
