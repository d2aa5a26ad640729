import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Key } from '../../../src/core/state/key.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { ModelFailedError } from '../../../src/jets/jet-errors.ts';
import type { ModelFailure } from '../../../src/jets/protocol.ts';
import { StateDesk } from '../../../src/jets/state-desk.ts';
import { describeWithR } from '../../languages.ts';
import { begunJet, startJet, withTexts } from './started-jet.ts';

async function failureOf(attempt: Promise<unknown>): Promise<ModelFailure> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ModelFailedError) return error.failure;
  throw new Error(`Not a failure of the model: ${String(error)}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describeWithR('an R jet', () => {
  test('an action gets as much of data, slot and seqno as it has parameters', async () => {
    const model =
      'one <- function(d) emit(d)\ntwo <- function(d, slot) emit(c(d, slot))\naction <- function(d, slot, n) emit(c(d, slot, n))';
    const action = (slot: number, name: string) => ({ slot, action: name, recordsets: false });
    const slots = [action(0, 'action'), action(2, 'two'), action(4, 'one')];
    const { run } = await begunJet(model, { slots });
    expect((await run(['7', '8'])).slots[1]).toEqual(['[7,0,1]', '[8,0,2]']);
    expect((await run(['9'])).slots[1]).toEqual(['[9,0,3]']);
    expect((await run(['7'], { slot: 2 })).slots[1]).toEqual(['[7,2]']);
    expect((await run(['7'], { slot: 4 })).slots[1]).toEqual(['7']);
  });

  test('records keep their content and the order of their fields', async () => {
    const records = [
      '{"b":1,"a":[1,2.5],"10":{"x":null},"2":[]}',
      'null',
      '"ü\\n\\"😀"',
      'true',
      '[[1],"a",null]',
      '{}',
      '-0.0',
      '1e+300',
    ];
    const { run } = await begunJet('action <- function(d) emit(d)');
    const expected = [...records];
    // Whole numbers are written as integers.
    expected[6] = '-0';
    expect((await run(records)).slots[1]).toEqual(expected);
    expect((await run(['1', '2.5', '-3'])).slots[1]).toEqual(['1', '2.5', '-3']);
    expect((await run(['"a"', '"b"'])).slots[1]).toEqual(['"a"', '"b"']);
    expect((await run([])).slots).toEqual({});
  });

  test('records go to the slot that they are emitted to, none, one or many', async () => {
    const { run } = await begunJet('action <- function(d) { for (i in seq_len(d)) emit(i); emitTo(3, NULL) }');
    const { slots } = await run(['0', '2'], { emit: { 1: 'json', 3: 'json' } });
    expect(slots).toEqual({ 1: ['1', '2'], 3: ['null', 'null'] });
  });

  test('text and bytes pass as they are', async () => {
    const { run } = await begunJet('action <- function(d) emit(d)');
    expect((await run(['ä b', ''], { form: 'text', emit: { 1: 'text' } })).slots[1]).toEqual(['ä b', '']);
    expect((await run(['\0\xff', ''], { form: 'bytes', emit: { 1: 'bytes' } })).slots[1]).toEqual(['\0\xff', '']);
  });

  test('a record that cannot be decoded is rejected and the others keep their numbers', async () => {
    const { run } = await begunJet('action <- function(d, slot, n) { if (d == 3) stop("three"); emit(n) }');
    const { slots, rejected } = await run(['1', 'oops', '2']);
    expect(slots[1]).toEqual(['1', '3']);
    expect(rejected).toEqual([
      { side: 'in', index: 1, slot: 0, text: 'oops', reason: "not valid JSON: Unexpected token 'o'" },
    ]);
    expect((await failureOf(run(['oops', '2', '3']))).index).toBe(2);
  });

  test('what JSON cannot hold is rejected, with the reason', async () => {
    const { run } = await begunJet(
      'action <- function(d) { emit(NaN); emit(list(f = function(x) x, d = d)); emit(d) }',
    );
    const { slots, rejected } = await run(['5']);
    expect(slots[1]).toEqual(['5']);
    expect(rejected.map(({ side, text, reason }) => [side, text, reason])).toEqual([
      ['out', 'NaN', 'JSON cannot hold NaN'],
      ['out', '{"f":a function,"d":5}', 'JSON cannot hold a function'],
    ]);
  });

  test('begin runs before the first record, end after the last, and both may use globals', async () => {
    const started = await begunJet(
      'begin <- function() total <<- 0\naction <- function(d) total <<- total + d\nend <- function() emit(total)',
    );
    await started.run(['1', '2', '3']);
    expect(withTexts(await started.jet.end({ 1: 'json' })).slots[1]).toEqual(['6']);
    expect(await started.gone).toBe(true);
  });

  test('an error tells its place in the source of the model', async () => {
    const model =
      'helper <- function(d) {\n  d +\n    "a"\n}\naction <- function(d) {\n  if (d == 2) helper(d)\n  emit(d)\n}';
    const { run } = await begunJet(model);
    const failure = await failureOf(run(['1', '2']));
    expect(failure).toMatchObject({ phase: 'action', id: 1, index: 1 });
    expect(failure.message).toBe('Error in d + "a": non-numeric argument to binary operator');
    expect(failure.traceback.split('\n')).toEqual([
      'Traceback (most recent call last):',
      '  __model.R:6: if (d == 2) helper(d)',
      '  __model.R:2: d +',
      failure.message,
    ]);
  });

  test('errors while the model is loaded, in begin and in end tell their phase and line', async () => {
    const slots = [{ slot: 0, action: 'action', recordsets: false }];
    const load = async (source: string) => {
      const { jet, directory } = await startJet(source);
      return failureOf(jet.load({ name: 'm', file: join(directory, '__model.R'), explicit: false, slots }));
    };
    const atLoad = await load('x <- 1\n\nstop("no data")');
    expect(atLoad).toMatchObject({
      phase: 'load',
      message: 'Error: no data',
    });
    expect(atLoad.traceback).toContain('__model.R:3: stop("no data")');
    expect((await load('x <- 1')).message).toBe(
      "Error: slot 0 calls function 'action', which the model does not define",
    );
    const atBegin = await failureOf(begunJet('action <- function(d) 1\nbegin <- function() {\n  emit(1)\n}'));
    expect(atBegin.message).toBe('Error: begin cannot emit: emit from an action or from end');
    expect(atBegin.traceback).toContain('__model.R:3: emit(1)');
    const { jet } = await begunJet('action <- function(d) 1\nend <- function() stop("late")');
    expect(await failureOf(jet.end({ 1: 'json' }))).toMatchObject({ phase: 'end', message: 'Error in end(): late' });
  });

  test('endless recursion and quit() are errors of the model', async () => {
    const recursion = await begunJet('f <- function(x) f(x)\naction <- function(d) f(d)');
    expect((await failureOf(recursion.run(['1']))).message).toMatch(
      /too close to the limit|infinite recursion|too deeply/,
    );
    const quitting = await begunJet('action <- function(d) quit(status = 3)');
    expect((await failureOf(quitting.run(['1']))).message).toContain('the model called quit()');
  });

  test('an output slot that is not in use is an error', async () => {
    const { run } = await begunJet('action <- function(d) emitTo(3, d)');
    expect((await failureOf(run(['1']))).message).toBe(
      'Error: slot 3 is not an output slot in use: say "# fastscore.slot.3: in-use"',
    );
  });

  test('what the model prints and warns never mixes with frames', async () => {
    const source = `library(fastscore)
action <- function(d) {
  print(d)
  warning("careful")
  message("note")
  setwd(tempdir())
  system("echo from a child")
  readLines(stdin())
  emit(length(readLines(file("stdin"))))
}`;
    const { run, jet, printed, gone } = await begunJet(source);
    expect((await run(['5'])).slots[1]).toEqual(['0']);
    await jet.stop();
    await gone;
    expect(printed.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: [1] 5', 'stdout: from a child']);
    expect(printed).toContain('stderr: note');
    expect(printed.join('\n')).toMatch(/stderr: Warning in action\(x\) : careful/);
    expect(printed.join('\n')).not.toMatch(/mask|attach/i);
  });

  test('all that Rscript attaches is there, and children get all of R', async () => {
    const source = `setClass("P", representation(x = "numeric"))
setGeneric("twice", function(p) standardGeneric("twice"))
setMethod("twice", "P", function(p) p@x * 2)
Counter <- setRefClass("Counter", fields = list(n = "numeric"), methods = list(up = function() { n <<- n + 1; n }))
counter <- Counter$new(n = 0)
library(methods); library(stats4)
action <- function(d) {
  emit(twice(new("P", x = d)))
  emit(c(median(c(1, 2, 9)), nrow(utils::head(iris)), counter$up()))
  emit(system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote("cat('package:methods' %in% search())")), stdout = TRUE))
}`;
    const { run, printed } = await begunJet(source);
    expect((await run(['4'])).slots[1]).toEqual(['8', '[2,6,1]', '"TRUE"']);
    expect(printed.join('\n')).not.toMatch(/mask|attach|loading/i);
  });

  test('files next to the model can be read, and sourced ones show their lines', async () => {
    const { jet, directory, run } = await startJet('source("part.R")');
    await writeFile(join(directory, 'part.R'), '\naction <- function(d) {\n  stop("in part")\n}');
    const slots = [{ slot: 0, action: 'action', recordsets: false }];
    await jet.load({ name: 'm', file: join(directory, '__model.R'), explicit: false, slots });
    await jet.begin();
    expect((await failureOf(run(['1']))).traceback).toContain('part.R:3: stop("in part")');
  });

  test('cells and pools reach the store, and what is there reaches the model', async () => {
    const store = new StateStore();
    store.set(cellKey('config'), jsonValue('{"limit": 6, "names": ["a"]}'));
    const source = `begin <- function() Init(Cell("sum"), 0)
action <- function(d) {
  Add(Pool("hits"), d)
  emit(Update(Cell("sum"), function(sum) sum + d))
}
end <- function() {
  config <- Get(Cell("config"))
  config$limit <- config$limit + 1
  Set(Cell("config"), config)
  Set(Cell("model"), 5L)
  emit(Keys(Pool("hits")))
  emit(Get(Cell("model")) + Len(Pool("hits")))
  emit(Has(Cell("nothing")))
  Delete(Pool("hits"), 1)
}`;
    const { jet, run } = await begunJet(source, { store });
    expect((await run(['1', '2', '2'])).slots[1]).toEqual(['1', '3', '5']);
    expect(withTexts(await jet.end({ 1: 'json' })).slots[1]).toEqual(['["1","2"]', '7', 'false']);
    expect(store.get(cellKey('sum'))?.value).toEqual({ json: '5', native: null });
    expect(store.get(itemKey('hits', '2'))?.value.json).toBe('2');
    expect(store.get(itemKey('hits', '1'))).toBeUndefined();
    expect(store.get(cellKey('config'))?.value).toEqual({ json: '{"limit":7,"names":["a"]}', native: null });
    expect(store.get(cellKey('model'))?.value).toMatchObject({ json: '5', native: { language: 'R' } });
  });

  test('an error in an update leaves the old value, and a store inside of one is refused', async () => {
    const store = new StateStore();
    store.set(cellKey('n'), jsonValue('1'));
    const source = `action <- function(d) {
  try(Update(Cell("n"), function(n) stop("no")), silent = TRUE)
  emit(Get(Cell("n")))
  emit(tryCatch(Update(Cell("n"), function(n) Set(Cell("m"), 1)), error = conditionMessage))
  emit(Update(Cell("n"), function(n) n + Get(Cell("n"))))
}`;
    const { run } = await begunJet(source, { store });
    const [old, refusal, next] = (await run(['1'])).slots[1] ?? [];
    expect([old, next]).toEqual(['1', '2']);
    expect(refusal).toContain('Set inside of an update function is not possible');
  });

  test('updates of jets that run at once all count, also when they conflict', async () => {
    const store = new StateStore();
    const desk = new StateDesk({ store, onRestoredOverwritten: () => {} });
    const source =
      'action <- function(d) { emit("tried"); Update(Cell("n"), function(n) { emit(d); (if (is.null(n)) 0 else n) + 1 }) }';
    const both = await Promise.all([begunJet(source, { store, desk }), begunJet(source, { store, desk })]);
    const records = Array.from({ length: 300 }, (_, index) => String(index));
    const answers = await Promise.all(both.map(({ run }) => run(records)));
    expect(store.get(cellKey('n'))?.value.json).toBe('600');
    const expected = records.flatMap((record) => ['"tried"', record]);
    for (const { slots } of answers) expect(slots[1]).toEqual(expected);
  });

  test('begin of a jet that joins a running job leaves alone what is there', async () => {
    const store = new StateStore();
    store.set(cellKey('n'), jsonValue('7'));
    const source =
      'begin <- function() { Set(Cell("n"), 0); Set(Cell("m"), 1); seen <<- Get(Cell("n")) }\naction <- function(d) { Set(Cell("n"), d); emit(seen) }';
    const { run } = await begunJet(source, { store, joining: true });
    expect((await run(['8'])).slots[1]).toEqual(['7']);
    expect([store.get(cellKey('n'))?.value.json, store.get(cellKey('m'))?.value.json]).toEqual(['8', '1']);
  });

  test('a forked process can neither disturb the frames nor lose changes to lent keys', async () => {
    const source = `n <- Cell("n")
action <- function(d) {
  Update(n, function(n) d)
  tries <- list(function() Set(n, 0), function() Get(n), function() Add(n, 1), function() Has(n))
  emit(unique(unlist(parallel::mclapply(tries, function(f) tryCatch(f(), error = conditionMessage), mc.cores = 2))))
  emit(Add(n, 1))
}`;
    const { run } = await begunJet(source);
    const refusal = '"cells and pools cannot be used in a forked process"';
    expect((await run(['1', '2'])).slots[1]).toEqual([refusal, '2', refusal, '3']);
  });

  test.each([
    ['was recalled', 'Get(Cell("a"))'],
    ['went to another jet and back', 'c(Get(Cell("a")), Get(Cell("b")))'],
  ])('an update counts once and on the current value when its key %s meanwhile', async (_, reads) => {
    const store = new StateStore();
    const desk = new StateDesk({ store, onRestoredOverwritten: () => {} });
    const [a, b] = [cellKey('a'), cellKey('b')];
    store.set(a, jsonValue('1'));
    store.set(b, jsonValue('1'));
    const ask = (key: Key, reply: () => void) => desk.handle('other', { t: 'state', op: 'get', key }, reply);
    const giveBack = (key: Key, value: StateValue | null) => desk.takeBack('other', [{ key, value, uses: 1 }]);
    // The jet waits for a, which the other has, in an update of b, which the other asks for, changes and gives back first.
    const recall = () =>
      ask(b, () => {
        giveBack(b, jsonValue('10'));
        giveBack(a, null);
      });
    desk.open('other', { language: 'R', joining: false, recall });
    desk.begun('other', true);
    ask(a, () => {});
    const source = `action <- function(d) {
  Get(Cell("b"))
  emit(Update(Cell("b"), function(b) {
    ${reads}
    if (is.null(b)) stop("b is there")
    b + 1
  }))
}`;
    const { run } = await begunJet(source, { store, desk });
    expect((await run(['1'])).slots[1]).toEqual(['11']);
    expect(store.get(b)?.value.json).toBe('11');
  });

  test('a key that others want is given back while the model looks for it, borrows others or has failed', async () => {
    const store = new StateStore();
    const desk = new StateDesk({ store, onRestoredOverwritten: () => {} });
    const source = `action <- function(d) {
  if (d < 0) { Set(Cell("n"), d); stop("below zero") }
  if (d == 0) while (!Has(Cell("go"))) NULL
  Add(Cell("n"), 1)
  Add(Pool("all"), d)
}`;
    const { run } = await begunJet(source, { store, desk });
    const waiting = run(['0']);
    await until(() => desk.standing(cellKey('go')).lentTo !== null);
    await desk.set(cellKey('go'), jsonValue('true'));
    await waiting;

    let isDone = false;
    const all = run(Array.from({ length: 2000 }, (_, index) => String(index + 1))).finally(() => {
      isDone = true;
    });
    await until(() => desk.standing(itemKey('all', '100')).lentTo !== null);
    await desk.set(cellKey('n'), jsonValue('0'));
    expect(isDone).toBe(false);
    await all;

    expect((await failureOf(run(['-1']))).message).toBe('Error in action(x): below zero');
    expect(store.get(cellKey('n'))?.value.json).toBe('-1');
    await desk.set(cellKey('n'), jsonValue('5'));
  });

  test('values that refer to something are copies, too', async () => {
    const source = `e <- Cell("e")
action <- function(d) {
  for (i in 1:2) {
    updated <- Update(e, function(v) { v <- new.env(); if (i == 2) v$d <- d; v })
    updated$d <- 7
    emit(c(is.environment(updated), length(Get(e)), is.null(Get(e)$d)))
  }
}`;
    const { run } = await begunJet(source);
    expect((await run(['1'])).slots[1]).toEqual(['[1,0,1]', '[1,1,0]']);
  });

  test('what only Python can open is an error that says so', async () => {
    const store = new StateStore();
    store.set(cellKey('p'), { json: null, native: { language: 'python', data: Buffer.from('x') } });
    store.set(cellKey('nul'), jsonValue('"a\\u0000"'));
    const { run } = await begunJet(
      'action <- function(d) for (p in c("p", "nul")) emit(tryCatch(Get(Cell(p)), error = conditionMessage))',
      { store },
    );
    expect((await run(['1'])).slots[1]).toEqual([
      `"The value of cell 'p' is a Python object that only that language can open"`,
      `"R cannot have the value of cell 'nul': R cannot hold a text with the character \\\\u0000"`,
    ]);
  });

  test('the end of the channel ends the process at once, without end', async () => {
    const { jet, directory, gone } = await begunJet(
      'action <- function(d) 1\nend <- function() writeLines("x", "ended")',
    );
    await jet.stop(10_000);
    expect(await gone).toBe(true);
    await expect(readFile(join(directory, 'ended'))).rejects.toThrow('ENOENT');
  });
});
