import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { describeWithBoth, describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestEngine, TestLanguage } from './model-run.ts';
import { end, failure, load, openEngine, run } from './model-run.ts';

const count: ModelPair = {
  python: `
import fastscore
def begin():
    fastscore.cells('started').add(1)
def action(x):
    fastscore.cells('n').update(lambda n: (n or 0) + 1)
    fastscore.pools('by').add(x % 3)
`,
  R: `
library(fastscore)
n <- Cell('n')
begin <- function() Add(Cell('started'), 1)
action <- function(x) {
  Update(n, function(n) if (is.null(n)) 1 else n + 1)
  Add(Pool('by'), x %% 3)
}
`,
};

/** Some keys that come again and again, and one that is new with each record. */
const manyKeys: ModelPair = {
  python: `
import fastscore
by, every = fastscore.pools('by'), fastscore.pools('all')
def action(x):
    fastscore.cells('n').add()
    fastscore.cells('c%d' % (x % 7)).add()
    by.add(x % 50)
    every.update(str(x), lambda v: (v or 0) + 1)
`,
  R: `
library(fastscore)
by <- Pool('by'); every <- Pool('all')
action <- function(x) {
  Add(Cell('n'))
  Add(Cell(paste0('c', x %% 7)))
  Add(by, x %% 50)
  Update(every, x, function(v) if (is.null(v)) 1 else v + 1)
}
`,
};

const sum: ModelPair = {
  python: `
# fastscore.snapshots: eof
import fastscore
def begin():
    fastscore.cells('sum').init(0)
def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`,
  R: `
# fastscore.snapshots: eof
library(fastscore)
begin <- function() Init(Cell('sum'), 0)
action <- function(x) emit(Update(Cell('sum'), function(v) v + x))
`,
};

const numbers = (n: number): string[] => Array.from({ length: n }, (_, index) => String(index));

const exact = (n: number) => ({
  'cell n': n,
  ...Object.fromEntries([0, 1, 2].map((item) => [`by[${item}]`, Math.floor((n + 2 - item) / 3)])),
});

/** The run attaches what is long from a REST input, so that it is still under way when the test acts. */
async function start(engine: TestEngine, language: TestLanguage, model: ModelPair, jets: number): Promise<void> {
  await engine.scale(jets);
  await load(engine, { language, model, input: [] });
  await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
  await engine.attach(0, {
    name: 'in',
    descriptor: { Transport: { Type: 'REST', Mode: 'chunked' }, Encoding: 'json' },
  });
}

/** Sends `n` numbers in bodies of 500. */
async function send(engine: TestEngine, n: number): Promise<void> {
  const all = numbers(n);
  for (let at = 0; at < n; at += 500) await engine.input(0, Buffer.from(`${all.slice(at, at + 500).join('\n')}\n`));
}

const stop = (engine: TestEngine): Promise<void> => engine.input(0, Buffer.from('{"$fastscore":"end"}\n'));

const processed = (engine: TestEngine): number => engine.status().jets.reduce((all, { records }) => all + records, 0);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const suites: [TestLanguage, typeof describeWithR][] = [
  ['python', describeWithPython],
  ['R', describeWithR],
];

for (const [language, describeLanguage] of suites) {
  describeLanguage(`state of a model in ${language}`, () => {
    describe.each([
      ['lent', 'key'],
      ['lent with their pool', 'pool'],
      ['shared', 'shared'],
    ] as const)('with keys that are %s', (_, way) => {
      const lending = way !== 'shared';

      test.each([1, 4])('is exact with %i jets', async (jets) => {
        const engine = await openEngine({ way });
        const n = !lending ? 2_000 : language === 'python' ? 20_000 : 10_000;
        const { state } = await run(engine, { language, model: count, input: numbers(n), jets });
        expect(state).toBe('finished');
        expect(engine.stateValues()).toEqual({ 'cell started': jets, ...exact(n) });
      });

      test.each([1, 2, 4])('is exact with %i jets that remember ten keys', async (jets) => {
        const engine = await openEngine({ way, remember: 10 });
        const n = 350;
        const { state } = await run(engine, { language, model: manyKeys, input: numbers(n), jets });
        expect(state).toBe('finished');
        const values = engine.stateValues();
        const counts = (start: string) =>
          Object.entries(values).flatMap(([key, v]) => (key.startsWith(start) ? v : []));
        expect(values['cell n']).toBe(n);
        expect(counts('cell c')).toEqual(Array(7).fill(n / 7));
        expect(counts('by[')).toEqual(Array(50).fill(n / 50));
        expect(counts('all[')).toEqual(Array(n).fill(1));
      });

      test('is exact while jets come and go', async () => {
        const engine = await openEngine({ way });
        const n = lending && language === 'python' ? 20_000 : 3_000;
        await start(engine, language, count, 1);
        const sent = send(engine, n);
        for (const [jets, after] of [
          [8, n / 10],
          [3, n / 2],
        ] as const) {
          await until(() => processed(engine) >= after || engine.state !== 'running');
          await engine.scale(jets);
        }
        await sent;
        await stop(engine);
        expect(await end(engine)).toBe('finished');
        expect(engine.stateValues()).toMatchObject(exact(n));
      });

      test('loses nothing when a jet is killed; at most its batch counts again', async () => {
        const engine = await openEngine({ way });
        const n = lending && language === 'python' ? 20_000 : 3_000;
        await start(engine, language, count, 4);
        const sent = send(engine, n);
        await until(() => processed(engine) >= n / 4 || engine.state !== 'running');
        const victim = engine.status().jets.find(({ state }) => state === 'busy') ?? engine.status().jets[0]!;
        process.kill(victim.pid, 'SIGKILL');
        await sent;
        await stop(engine);
        expect(await end(engine)).toBe('finished');
        const counted = engine.stateValues()['cell n'] as number;
        expect(counted).toBeGreaterThanOrEqual(n);
        // A batch is never longer than what was sent at once and had come together by then.
        expect(counted).toBeLessThan(2 * n);
        expect(engine.status().slots.find(({ slot }) => slot === 0)?.records).toBe(n);
      });
    });

    test('is None or NULL before the first set, and update tells what it stored', async () => {
      const model: ModelPair = {
        python: `
import fastscore
def action(x):
    c, p = fastscore.cells('c'), fastscore.pools('p')
    yield [c.value is None, p.get('k') is None, 'k' in p, len(p)]
    yield [c.update(lambda v: 5), p.update('k', lambda v: 'a'), c.get(), p.get('k'), p.keys(), len(p)]
    yield [p.init('k', 'b'), c.init(9), p.delete('k'), p.delete('k'), len(p), p.get('k')]
`,
        R: `
library(fastscore)
action <- function(x) {
  c <- Cell('c'); p <- Pool('p')
  emit(list(is.null(Get(c)), is.null(Get(p, 'k')), Has(p, 'k'), Len(p)))
  emit(list(Update(c, function(v) 5), Update(p, 'k', function(v) 'a'), Get(c), Get(p, 'k'), as.list(Keys(p)), Len(p)))
  emit(list(Init(p, 'k', 'b'), Init(c, 9), Delete(p, 'k'), Delete(p, 'k'), Len(p), Get(p, 'k')))
}
`,
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['1'] });
      expect(outputs[0]).toEqual(['[true,true,false,0]', '[5,"a",5,"a",["k"],1]', '["a",5,true,false,0,null]']);
    });

    test('has all operations on items of a pool that changes hands as a whole', async () => {
      const model: ModelPair = {
        python: `
import fastscore
p = fastscore.pools('p')
def action(x):
    p.add(x % 7)
    p.set('pickled', (x, {'set'}))
    recent = p.update('recent', lambda v: (v or [])[-2:] + [x])
    p.init('first', x)
    if x % 20 == 0:
        p.delete('now and then')
    else:
        p.add('now and then')
    if not (x in recent and x % 7 in p and str(x % 7) in p.keys() and len(p) >= 4 and type(p.get('pickled')) is tuple):
        yield 'wrong'
`,
        R: `
library(fastscore)
p <- Pool('p')
action <- function(x) {
  Add(p, x %% 7)
  Set(p, 'pickled', as.Date(x, origin = '1970-01-01'))
  recent <- Update(p, 'recent', function(v) c(tail(v, 2), x))
  Init(p, 'first', x)
  if (x %% 20 == 0) Delete(p, 'now and then') else Add(p, 'now and then')
  fine <- x %in% recent && Has(p, x %% 7) && as.character(x %% 7) %in% Keys(p) && Len(p) >= 4
  if (!fine || !inherits(Get(p, 'pickled'), 'Date')) emit('wrong')
}
`,
      };
      const engine = await openEngine({ way: 'pool' });
      const { state, outputs } = await run(engine, { language, model, input: numbers(700), jets: 4 });
      expect([state, outputs[0]]).toEqual(['finished', []]);
      const values = engine.stateValues();
      expect([0, 1, 2, 3, 4, 5, 6].map((item) => values[`p[${item}]`])).toEqual(Array(7).fill(100));
      expect(values['p[recent]']).toHaveLength(3);
    });

    test('keeps values, not references', async () => {
      const model: ModelPair = {
        python: `
import fastscore
def action(x):
    c = fastscore.cells('list')
    mine = [1, [2]]
    c.set(mine)
    mine.append(3)
    c.value.append(4)
    c.value[1].append(5)
    def grow(v):
        v.append(6)
        return v
    grown = c.update(grow)
    grown.append(7)
    yield c.value
`,
        R: `
library(fastscore)
action <- function(x) {
  c <- Cell('list')
  mine <- list(1, list(2))
  Set(c, mine)
  mine[[3]] <- 3
  got <- Get(c)
  got[[3]] <- 4
  grown <- Update(c, function(v) c(v, 6))
  grown[[4]] <- 7
  emit(Get(c))
}
`,
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['1'] });
      expect(outputs[0]).toEqual(['[1,[2],6]']);
    });

    test('keeps the old value when an update function fails', async () => {
      const model: ModelPair = {
        python: `
import fastscore
c = fastscore.cells('c')
def bad(v):
    raise ValueError('no')
def action(x):
    c.set(x)
    try:
        c.update(bad)
    except ValueError as e:
        yield [str(e), c.value]
`,
        R: `
library(fastscore)
action <- function(x) {
  c <- Cell('c')
  Set(c, x)
  why <- tryCatch(Update(c, function(v) stop('no')), error = conditionMessage)
  emit(list(why, Get(c)))
}
`,
      };
      const { outputs } = await run(await openEngine(), { language, model, input: ['1', '2'] });
      expect(outputs[0]).toEqual(['["no",1]', '["no",2]']);
    });

    test('refuses a change inside of an update, and allows a read', async () => {
      const model: ModelPair = {
        python: `
import fastscore
a, b = fastscore.cells('a'), fastscore.cells('b')
def action(x):
    b.set(x)
    yield a.update(lambda v: b.value + 1)
    a.update(lambda v: b.update(lambda w: 1))
`,
        R: `
library(fastscore)
a <- Cell('a'); b <- Cell('b')
action <- function(x) {
  Set(b, x)
  emit(Update(a, function(v) Get(b) + 1))
  Update(a, function(v) Update(b, function(w) 1))
}
`,
      };
      const engine = await openEngine();
      const { state } = await run(engine, { language, model, input: ['1'] });
      expect(state).toBe('error');
      expect(failure(engine).message.toLowerCase()).toContain('inside of an update function is not possible');
      expect(engine.stateValues()).toEqual({ 'cell a': 2, 'cell b': 1 });
    });

    test('reads that cross in update functions of two jets do not wait for ever', async () => {
      const model: ModelPair = {
        python: `
import fastscore
a, b = fastscore.cells('a'), fastscore.cells('b')
def action(x):
    one, other = (a, b) if x % 2 else (b, a)
    one.update(lambda v: (v or 0) + (1 if (other.value or 0) >= 0 else 0))
`,
        R: `
library(fastscore)
a <- Cell('a'); b <- Cell('b')
zero <- function(v) if (is.null(v)) 0 else v
action <- function(x) {
  one <- if (x %% 2 == 1) a else b
  other <- if (x %% 2 == 1) b else a
  Update(one, function(v) zero(v) + (if (zero(Get(other)) >= 0) 1 else 0))
}
`,
      };
      const engine = await openEngine();
      await run(engine, { language, model, input: numbers(1000), jets: 4 });
      expect(engine.stateValues()).toEqual({ 'cell a': 500, 'cell b': 500 });
    });

    test('is not reset by begin of a jet that joins the running job', async () => {
      const model: ModelPair = {
        python: count.python.replace("fastscore.cells('started').add(1)", "fastscore.cells('n').set(0)"),
        R: count.R.replace("Add(Cell('started'), 1)", "Set(Cell('n'), 0)"),
      };
      const engine = await openEngine();
      await start(engine, language, model, 1);
      await send(engine, 1000);
      await until(() => processed(engine) === 1000);
      await engine.scale(3);
      await send(engine, 1000);
      await stop(engine);
      await end(engine);
      expect(engine.stateValues()).toMatchObject({ 'cell n': 2000 });
    });

    test('survives in a snapshot and goes on from it', async () => {
      const engine = await openEngine();
      await run(engine, { language, model: sum, input: ['1', '2', '3'] });
      const { id } = engine.status().lastSnapshot!;
      await engine.reset();
      expect(engine.stateValues()).toEqual({});
      await engine.restore(await engine.snapshots.open('model', id!), { trust: false });
      const { outputs } = await run(engine, { language, model: sum, input: ['1', '2', '3'] });
      expect(outputs[0]).toEqual(['7', '9', '12']);
    });

    test('says so when begin overwrites what was restored', async () => {
      const engine = await openEngine();
      await run(engine, { language, model: sum, input: ['1'] });
      const { id } = engine.status().lastSnapshot!;
      await engine.reset();
      await engine.restore(await engine.snapshots.open('model', id!), { trust: false });
      const model: ModelPair = {
        python: "import fastscore\ndef begin():\n    fastscore.cells('sum').set(0)\ndef action(x):\n    pass\n",
        R: "library(fastscore)\nbegin <- function() Set(Cell('sum'), 0)\naction <- function(x) NULL\n",
      };
      await run(engine, { language, model, input: ['1'] });
      expect(engine.messages).toContainEqual(
        expect.objectContaining({ type: 'log', text: "begin has overwritten the restored value of cell 'sum'" }),
      );
    });
  });
}

describeWithBoth('state across languages', () => {
  test.each([
    ['python', 'R'],
    ['R', 'python'],
  ] as const)('a snapshot of %s goes on in %s', async (from, to) => {
    const engine = await openEngine();
    await run(engine, { language: from, model: sum, input: ['1', '2', '3'] });
    const { id } = engine.status().lastSnapshot!;
    await engine.reset();
    await engine.restore(await engine.snapshots.open('model', id!), { trust: false });
    const { outputs } = await run(engine, { language: to, model: sum, input: ['4'] });
    expect(outputs[0]).toEqual(['10']);
  });

  test('names and keys that are no texts are the same in both languages', async () => {
    const model: ModelPair = {
      python: `
import fastscore
def action(x):
    fastscore.pools('keys').set(x, 0)
    fastscore.cells(x).set(0)
`,
      R: `
library(fastscore)
action <- function(x) {
  Set(Pool('keys'), x, 0)
  Set(Cell(x), 0)
}
`,
    };
    const input = ['true', 'false', '5', '-7', '2.5', '0.1', '1e20', '1e-7', '100000', '"TRUE"', '""'];
    const found = [];
    for (const language of ['python', 'R'] as const) {
      const engine = await openEngine();
      await run(engine, { language, model, input });
      found.push(Object.keys(engine.stateValues()).sort());
    }
    expect(found[0]).toEqual(found[1]);
    expect(found[0]).toHaveLength(2 * input.length);
  });

  test('the same data make the same snapshot lines in both languages', async () => {
    const lines: string[][] = [];
    const model: ModelPair = {
      python: `
# fastscore.snapshots: eof
import fastscore
def action(x):
    fastscore.cells('map').set({'a': 1, 'b': [1, 2.5, 'x', None, True], 'c': {}})
    fastscore.pools('p').set('one', [1])
    fastscore.pools('p').set(2, 'zwei')
`,
      R: `
# fastscore.snapshots: eof
library(fastscore)
action <- function(x) {
  Set(Cell('map'), list(a = 1, b = list(1, 2.5, 'x', NULL, TRUE), c = setNames(list(), character())))
  Set(Pool('p'), 'one', list(1))
  Set(Pool('p'), 2, 'zwei')
}
`,
    };
    for (const language of ['python', 'R'] as const) {
      const engine = await openEngine();
      await run(engine, { language, model, input: ['1'] });
      const { id } = engine.status().lastSnapshot!;
      const text = (await buffer(await engine.snapshots.open('model', id!))).toString('utf8');
      lines.push(text.split('\n').slice(1, -2));
    }
    expect(lines[0]).toEqual(lines[1]);
    expect(lines[0]).toHaveLength(3);
  });
});
