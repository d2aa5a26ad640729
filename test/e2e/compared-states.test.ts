import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    'obj.py': `import fastscore

class Stats:
    def __init__(self):
        self.count, self.names = 0, set()

    def add(self, x):
        self.count += 1
        self.names.add(f'card {x}')
        return self

stats = fastscore.cells('stats')

def begin():
    stats.init(Stats())

def action(x):
    stats.update(lambda kept: kept.add(x))
`,
    'fit.R': `library(fastscore)

seen <- Cell("seen")
fit <- Cell("fit")

begin <- function() Init(seen, list())

action <- function(x) {
  y <- unlist(Update(seen, function(kept) c(kept, x)))
  t <- seq_along(y)
  Set(fit, lm(y ~ t))
}
`,
    'counter.R': `library(fastscore)

action <- function(x) {
  Update(Cell("counter"), function(kept) {
    if (is.null(kept)) kept <- new.env(parent = globalenv())
    kept[[x]] <- nchar(x)
    kept
  })
}
`,
  });
});
afterAll(() => box.close());

/** The exit status, and what was told on stderr. */
async function compared(...args: readonly string[]): Promise<[number | null, string]> {
  const { status, stdout, stderr } = await box.fastscore(args);
  return [status, stdout + stderr];
}

describeWithPython('states with Python objects', () => {
  const run = (input: string, ...options: readonly string[]) =>
    compared('run', 'obj.py', input, 'discard:', ...options);

  test('are not the same when an object differs, to --expect-state and to snapshot diff', async () => {
    expect(await run('inline:1,2,3', '--save-snapshot', 'one.snapshot')).toEqual([0, '']);
    const differs = expect.stringMatching(
      /~ cell 'stats': <python object of \d+ bytes> -> <python object of \d+ bytes>\n$/,
    );
    expect(await run('inline:100,200', '--expect-state', 'one.snapshot')).toEqual([8, differs]);
    expect(await run('inline:1,2,4', '--expect-state', 'one.snapshot', '--save-snapshot', 'two.snapshot')).toEqual([
      8,
      differs,
    ]);
    expect(await compared('snapshot', 'diff', 'obj', 'one.snapshot', 'two.snapshot', '--exit-code')).toEqual([
      8,
      differs,
    ]);
  });

  test('are the same when their objects are, whatever their bytes', async () => {
    await run('inline:1,2,3,4,5,6,7', '--save-snapshot', 'one.snapshot');
    for (const input of ['inline:1,2,3,4,5,6,7', 'inline:7,6,5,4,3,2,1']) {
      expect(await run(input, '--expect-state', 'one.snapshot', '--save-snapshot', 'two.snapshot')).toEqual([0, '']);
      expect(await compared('snapshot', 'diff', 'obj', 'one.snapshot', 'two.snapshot', '--exit-code')).toEqual([0, '']);
    }
  });

  test('are not taken for the same when there is nobody to ask', async () => {
    await run('inline:1,2,3', '--save-snapshot', 'one.snapshot');
    await run('inline:1,2,4', '--save-snapshot', 'two.snapshot');
    const args = ['snapshot', 'diff', 'obj', 'one.snapshot', 'two.snapshot', '--exit-code'];
    const { status, stderr } = await box.fastscore(args, { env: { FASTSCORE_PYTHON: '/nowhere' } });
    expect(status).toBe(8);
    expect(stderr).toMatch(/^Warning: Python could not compare cell 'stats' \(Python >= 3\.9 is needed .*\): /);
  });
});

describeWithR('states with R objects', () => {
  test('are not the same when a fitted model differs', async () => {
    const run = (input: string, ...options: readonly string[]) =>
      compared('run', 'fit.R', input, 'discard:', ...options);
    expect(await run('inline:1,2,4', '--save-snapshot', 'one.snapshot')).toEqual([0, '']);
    expect(await run('inline:1,2,4', '--expect-state', 'one.snapshot')).toEqual([0, '']);
    const [status, told] = await run('inline:1,2,9', '--expect-state', 'one.snapshot', '--trust');
    expect(status).toBe(8);
    expect(told).toMatch(
      /~ cell 'fit': <R object of \d+ bytes> -> <R object of \d+ bytes>\n.*~ cell 'seen': \[1,2,4\]/s,
    );
  });

  test('are compared by value when the file is trusted, else byte by byte, which is told', async () => {
    const run = (input: string, ...options: readonly string[]) =>
      compared('run', 'counter.R', input, 'discard:', ...options);
    expect(await run('inline:"a","bb"', '--save-snapshot', 'one.snapshot')).toEqual([0, '']);
    const other = ['inline:"bb","a"', '--expect-state', 'one.snapshot'] as const;
    expect(await run(...other, '--trust')).toEqual([0, '']);
    const [status, told] = await run('inline:"a","ccc"', '--expect-state', 'one.snapshot');
    expect(status).toBe(8);
    expect(told).toMatch(/^Warning: R could not compare cell 'counter' \(--trust lets R open those of a file\): /);
  });
});
