import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ensureRLibrary, rPackageDirectory } from '../../../src/jets/r-library.ts';
import { release } from '../../../src/util/release.ts';
import { describeWithR } from '../../languages.ts';
import { testRLibrary } from './library.ts';

const run = promisify(execFile);

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-r-package-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function rscript(expression: string, args: string[] = [], env: Record<string, string> = {}): Promise<string> {
  const { rscript, library } = await testRLibrary();
  const options = { env: { ...process.env, ...env, R_LIBS: library } };
  const { stdout } = await run(rscript, ['--vanilla', '-e', expression, ...args], options);
  return stdout;
}

async function check(source: string | Buffer, env: Record<string, string> = {}): Promise<unknown> {
  const file = join(await temporaryDirectory(), '__model.R');
  await writeFile(file, source);
  return JSON.parse(await rscript('fastscore:::check_model(commandArgs(TRUE)[1])', [file], env));
}

describeWithR('the R package', () => {
  test('its version is that of this release', async () => {
    expect(await readFile(join(rPackageDirectory, 'DESCRIPTION'), 'utf8')).toContain(`\nVersion: ${release}\n`);
  });

  test('its help pages are clean, and everything exported has one', async () => {
    const expression = `
files <- list.files(file.path(commandArgs(TRUE)[1], "man"), full.names = TRUE)
for (file in files) print(tools::checkRd(file))
aliases <- unlist(lapply(files, function(file) grep("^.alias", readLines(file), value = TRUE)))
cat(setdiff(getNamespaceExports("fastscore"), sub("^.alias\\\\{(.*)\\\\}$", "\\\\1", aliases)), sep = "\\n")`;
    expect((await rscript(expression, [rPackageDirectory])).trim()).toBe('');
  });

  test('the examples of the help pages run', async () => {
    const pages = (await readdir(join(rPackageDirectory, 'man'))).map((name) => join(rPackageDirectory, 'man', name));
    const expression = `
library(fastscore)
for (page in commandArgs(TRUE)) {
  code <- tempfile()
  tools::Rd2ex(page, code)
  source(code, local = new.env())
}
cat("done")`;
    expect(await rscript(expression, pages)).toMatch(/done$/);
  });

  test('run_model obeys the annotations: record sets, and explicit models', async () => {
    const directory = await temporaryDirectory();
    const program = '# fastscore.action: none\nwhile (!is.null(b <- Slot(0)$read())) Slot(1)$write(sum(b$x))\n';
    const sets = '# fastscore.recordsets.0: yes\naction <- function(d, slot, n) emit(c(nrow(d), n))\n';
    await writeFile(join(directory, 'program.R'), program);
    await writeFile(join(directory, 'sets.R'), sets);
    const expression = `
library(fastscore)
setwd(commandArgs(TRUE)[1])
rows <- list(list(x = 1), list(x = 2), list(x = 3))
cat(deparse(run_model("program.R", rows, batch = 2)), deparse(run_model("sets.R", rows, batch = 2)), sep = "\n")`;
    expect(await rscript(expression, [directory])).toBe('list(3, 3)\nlist(c(2, 1), c(1, 3))\n');
  });

  test('loading it prints nothing', async () => {
    const { rscript, library } = await testRLibrary();
    const env = { ...process.env, R_LIBS: library };
    expect(await run(rscript, ['--vanilla', '-e', 'library(fastscore)'], { env })).toEqual({ stdout: '', stderr: '' });
  });

  test('run_model gives what a model emits, and keeps its state', async () => {
    const model = join(await temporaryDirectory(), 'sum.R');
    await writeFile(
      model,
      'begin <- function() factor_by <<- 1\naction <- function(x, slot, n) { emit(Add(Cell("sum"), x)); emitTo(3, n * factor_by) }\nend <- function() emit("end")',
    );
    const expression = `
library(fastscore)
file <- commandArgs(TRUE)[1]
stopifnot(identical(run_model(file, 1:3), list(1, 3, 6, "end")), identical(emitted_to(3), list(1, 2, 3)), !exists("factor_by", inherits = FALSE))
stopifnot(identical(run_model(file, list(4)), list(10, "end")), identical(state_values()$cells, list(sum = 10)), length(state_values()$pools) == 0)
reset_state()
stopifnot(identical(run_model({ action <- function(x) if (x > 1) emit(NULL) }, c(1, 2)), list(NULL)))
refusal <- tryCatch(run_model({ begin <- function() emit(1); action <- function(x) 1 }, 1), error = conditionMessage)
stopifnot(grepl("begin cannot emit", refusal))
Set(Pool("p"), 100000, "x"); Set(Pool("p"), "b", 2L)
stopifnot(identical(Keys(Pool("p")), c("100000", "b")), identical(Get(Pool("p"), "b"), 2L), length(Pool("p")) == 2)
cat("ok")`;
    expect(await rscript(expression, [model])).toBe('ok');
  });
});

describeWithR('check_model', () => {
  test('tells functions with their parameters, other names, and imports', async () => {
    const source = `library(stats); require("utils"); suppressWarnings(library(absent))
if (requireNamespace("maybe", quietly = TRUE)) maybe::f()
limit = 90; x[1, ] <- 5
action <- function(d, slot = 1, ...) { counter <<- 1; stats::sd(d) }
if (TRUE) begin <- function() 1
same <- action
assign("made", function(z) z)
fast <- Vectorize(function(a) a)`;
    expect(await check(source)).toEqual({
      ok: true,
      functions: { action: ['d', 'slot', '...'], begin: [], same: ['d', 'slot', '...'], made: ['z'] },
      assigned: ['limit', 'fast', 'counter'],
      imports: ['stats', 'utils', 'absent', 'maybe'],
      missing: ['absent', 'maybe'],
      guarded: ['maybe'],
      silent: {},
      changedCopies: [],
    });
  });

  test('what a source tries or asks for it can do without', async () => {
    const source = `try(library(a), silent = TRUE)
fast <- tryCatch({ library(b); b::f }, error = function(e) NULL)
if (!require(c)) stats::sd(1)
if (suppressWarnings(require("d", character.only = TRUE))) d::f()
if (x) library(e)
require(g)`;
    expect(await check(source)).toMatchObject({
      missing: ['a', 'b', 'c', 'd', 'e', 'g'],
      guarded: ['a', 'b', 'c', 'd'],
    });
  });

  test('finds functions that compute and never emit', async () => {
    const bodies = ['x * 2', '{\n  y <- x\n  y\n}', 'return(list(a = x))', 'predict(fit, x)', '"text"'];
    const idle = bodies.map((body, index) => `f${index} <- function(x) ${body}`);
    const busy = ['Set(Cell("a"), x)', 'x <<- 1', 'NULL', 'print(x)', 'for (i in x) f(i)', '{}', 'y <- x'];
    const others = busy.map((body, index) => `g${index} <- function(x) ${body}`);
    expect(await check([...others, ...idle].join('\n'))).toMatchObject({
      silent: { f0: 8, f1: 9, f2: 13, f3: 14, f4: 15 },
    });
    expect(await check([...idle, 'h <- function(x) emit(x)'].join('\n'))).toMatchObject({ silent: {} });
  });

  test('a name may come from a sourced file', async () => {
    expect(await check('source("part.R")')).toMatchObject({ functions: {}, assigned: ['*'] });
  });

  test('does not run the source', async () => {
    expect(await check('cat("ran")\nstop("ran")\naction <- function(d) d')).toMatchObject({ ok: true });
  });

  test('tells where the source is wrong, in any locale', async () => {
    const problems = await Promise.all([
      check('a <- 1\nb x <- 2\n'),
      check('a <- 1\nb <- (2 +\n'),
      check('a <- 1\n\nb <- "\\q"\nc <- 3\n'),
      check('\ufeffé <- "😀" }\r\n', { LC_ALL: 'C' }),
    ]);
    expect(problems).toEqual([
      { ok: false, line: 2, column: 3, message: 'unexpected symbol', text: 'b x <- 2' },
      { ok: false, line: 2, column: 10, message: 'unexpected end of input', text: 'b <- (2 +' },
      { ok: false, line: 3, column: expect.any(Number), message: expect.stringContaining('\\q'), text: 'b <- "\\q"' },
      { ok: false, line: 1, column: 10, message: "unexpected '}'", text: 'é <- "😀" }' },
    ]);
  });
});

describeWithR('ensureRLibrary', () => {
  test('two at once install one library, whole', async () => {
    const cache = await temporaryDirectory();
    const { rscript } = await testRLibrary();
    // Different spellings of one directory are two requests.
    const [one, two] = await Promise.all([
      ensureRLibrary(rscript, cache),
      ensureRLibrary(rscript, join(cache, 'x', '..')),
    ]);
    expect(two).toBe(one);
    expect(await readdir(cache)).toHaveLength(1);
  });

  test('a package that cannot be installed is an error that says why', async () => {
    const { rscript } = await testRLibrary();
    const file = join(await temporaryDirectory(), 'file');
    await writeFile(file, '');
    await expect(ensureRLibrary(rscript, join(file, 'cache'))).rejects.toThrow(
      /Cannot install the R package fastscore/,
    );
    await expect(ensureRLibrary('/nonexistent/Rscript', file)).rejects.toMatchObject({ code: 'INTERPRETER_MISSING' });
  });
});
