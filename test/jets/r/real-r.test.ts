import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { isExactInJson } from '../../../src/jets/codecs/r-serialize/exact.ts';
import { readR } from '../../../src/jets/codecs/r-serialize/reader.ts';
import { UnfitForJsonError } from '../../../src/jets/codecs/r-serialize/to-json.ts';
import { findInterpreter } from '../../../src/jets/interpreters.ts';
import { describeWithR } from '../../languages.ts';
import { jsonOf, rBytes } from '../codecs/r-frames.ts';

const run = promisify(execFile);
const HEADER_BYTES = 14;

async function rscript(expression: string, ...args: string[]): Promise<void> {
  const { command } = await findInterpreter('R');
  await run(command, ['--vanilla', '-e', expression, ...args]);
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-real-r-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Values that R has serialized, each a file of `directory`. */
async function serializedByR(values: Record<string, string>): Promise<Map<string, Buffer>> {
  const directory = await temporaryDirectory();
  const script = Object.entries(values).map(([name, code]) => `save("${name}", ${code})`);
  const save =
    'save <- function(name, x) writeBin(serialize(x, NULL, version = 2, xdr = FALSE), file.path(commandArgs(TRUE)[1], name))';
  const file = join(directory, 'script.R');
  await writeFile(file, [save, ...script].join('\n'));
  await rscript('source(commandArgs(TRUE)[2], keep.source = TRUE)', directory, file);
  const found = new Map<string, Buffer>();
  for (const name of Object.keys(values)) found.set(name, await readFile(join(directory, name)));
  return found;
}

async function jsonByName(values: Record<string, string>): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, bytes] of await serializedByR(values)) {
    try {
      found[name] = jsonOf(bytes);
    } catch (error) {
      if (!(error instanceof UnfitForJsonError)) throw error;
      found[name] = error.message;
    }
  }
  return found;
}

describeWithR('with a real R', () => {
  test('what we write is what R itself writes for the same value, byte for byte', async () => {
    const directory = await temporaryDirectory();
    const isFit = (value: unknown) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value));
    const sample = fc.sample(fc.jsonValue({ maxDepth: 4 }).filter(isFit), { numRuns: 200, seed: 7 });
    const values = [
      ...sample,
      'äöü €',
      '😀',
      'a'.repeat(300),
      1e300,
      -0,
      [0.1, 1e22],
      ['', 'é'],
      [true, false],
      [1],
      ['é'],
      [[false], { x: ['a'] }],
      {},
      [],
      null,
    ];
    const ours = values.map((value) => rBytes(value));
    const lengths = ours.map((bytes) => bytes.length);
    await writeFile(join(directory, 'ours'), Buffer.concat(ours));
    await writeFile(join(directory, 'lengths'), lengths.join('\n'));
    await rscript(
      `setwd(commandArgs(TRUE)[1])
input <- file("ours", "rb")
output <- file("theirs", "wb")
for (n in scan("lengths", quiet = TRUE)) writeBin(serialize(unserialize(readBin(input, "raw", n)), NULL, version = 2, xdr = FALSE), output)`,
      directory,
    );
    const theirs = await readFile(join(directory, 'theirs'));
    let at = 0;
    for (const [index, bytes] of ours.entries()) {
      const same = theirs.subarray(at + HEADER_BYTES, at + bytes.length).equals(bytes.subarray(HEADER_BYTES));
      expect(same ? null : values[index]).toBeNull();
      at += bytes.length;
    }
    expect(at).toBe(theirs.length);
  });

  test('values of R become JSON by the rules of rjson', async () => {
    const json = await jsonByName({
      scalar: 'c(5)',
      integer: '5L',
      vector: 'c(1, NA, 2.5)',
      logical: 'c(TRUE, NA)',
      text: 'c("a\\"\\n\\u00e9", NA)',
      latin1: '{ x <- "\\xe9"; Encoding(x) <- "latin1"; x }',
      none: 'NULL',
      empty: 'numeric(0)',
      named: 'c(a = 1, b = 2)',
      nested: 'list(x = 1, y = list(1, "a", NULL), z = list())',
      factor: 'factor(c("u", NA, "v"))',
      frame: 'data.frame(a = 1:2, b = c("x", NA))',
      matrix: 'matrix(1:6, 2)',
      table: 'table(c("p", "q", "p"))',
      date: 'as.Date("1970-01-03")',
      large: '2^31 * 2^20',
      beyond: '2^53 * 4',
      integer64: 'structure(4.94065645841247e-324, class = "integer64")',
      notNumber: 'list(a = NaN)',
      infinite: '-Inf',
      complex: '1i',
      raw: 'as.raw(1)',
      bytes: '{ x <- "\\xff"; Encoding(x) <- "bytes"; x }',
      cube: 'array(1:8, c(2, 2, 2))',
    });
    expect(json).toEqual({
      scalar: '5',
      integer: '5',
      vector: '[1,null,2.5]',
      logical: '[true,null]',
      text: '["a\\"\\né",null]',
      latin1: '"é"',
      none: 'null',
      empty: '[]',
      named: '{"a":1,"b":2}',
      nested: '{"x":1,"y":[1,"a",null],"z":[]}',
      factor: '["u",null,"v"]',
      frame: '[{"a":1,"b":"x"},{"a":2,"b":null}]',
      matrix: '[[1,3,5],[2,4,6]]',
      table: '{"p":2,"q":1}',
      date: '2',
      large: '2251799813685248',
      beyond: '3.602879701896397e+16',
      integer64: '1',
      notNumber: 'JSON cannot hold NaN',
      infinite: 'JSON cannot hold -Inf',
      complex: 'JSON cannot hold complex numbers',
      raw: '"\\u0001"',
      bytes: 'JSON cannot hold a text that is not valid UTF-8',
      cube: 'JSON cannot hold an array of 3 dimensions',
    });
  });

  test('whatever R can serialize can be stepped over', async () => {
    const objects = {
      closure: 'local({ y <- 1; function(x, ...) x + y })',
      compiled:
        'compiler::cmpfun(function(x) { for (i in 1:3) if (x[[i]] > 1) return(switch(x, a = 1, b = "z")); tryCatch(x, error = function(e) NULL) })',
      builtin: 'sum',
      special: 'quote',
      call: 'quote(f(x, y = 2))',
      formula: 'y ~ x + log(z)',
      expression: 'expression(a + b, 2)',
      pairlist: 'pairlist(a = 1, 2)',
      environment: 'local({ e <- new.env(); e$self <- e; e$n <- 1; e })',
      global: 'globalenv()',
      namespace: 'asNamespace("stats")',
      package: 'as.environment("package:stats")',
      s4: '{ setClass("P", representation(x = "numeric")); new("P", x = 1) }',
      lm: 'lm(dist ~ speed, cars)',
      connection: 'textConnection("a")',
      posixlt: 'as.POSIXlt("2020-01-01", tz = "UTC")',
      condition: 'simpleError("e", quote(f()))',
      manySymbols: 'lapply(1:300, function(i) structure(i, names = "a", alpha = 1, beta = quote(z)))',
    };
    const all = Object.values(objects).join(', ');
    const serialized = await serializedByR({ ...objects, all: `list(before = list(${all}), after = 5)` });
    for (const bytes of serialized.values()) expect(isExactInJson(readR(bytes))).toBe(false);
    expect(
      readR(serialized.get('all') ?? Buffer.alloc(0))
        .member('after')
        ?.double(0),
    ).toBe(5);
  });

  test('a value counts as exact in JSON just when R gets the identical value back from it', async () => {
    const values = {
      double: '5',
      negativeZero: '-0',
      integer: '5L',
      logical: 'TRUE',
      na: 'NA',
      text: '"\\u00e9"',
      none: 'NULL',
      vector: 'c(1, 2)',
      integers: '1:3',
      withNa: 'c("a", NA)',
      emptyVector: 'character(0)',
      emptyList: 'list()',
      emptyNamed: 'structure(list(), names = character(0))',
      one: 'list(5)',
      oneVector: 'list(c(1, 2))',
      sameScalars: 'list(1, 2)',
      mixed: 'list(1, "a", TRUE, NULL, list(5))',
      vectors: 'list(c(1, 2), c(3, 4))',
      named: 'list(a = 1, b = list(c = "x", d = c(TRUE, FALSE)))',
      repeated: 'list(a = 1, a = 2)',
      namedVector: 'c(a = 1)',
      factor: 'factor("a")',
      frame: 'data.frame(a = 1)',
      large: '2^60',
    };
    const serialized = await serializedByR(values);
    const directory = await temporaryDirectory();
    const exact: string[] = [];
    const same: string[] = [];
    const script: string[] = ['same <- character()'];
    for (const [name, bytes] of serialized) {
      if (isExactInJson(readR(bytes))) exact.push(name);
      await writeFile(join(directory, name), bytes);
      await writeFile(join(directory, `${name}.back`), rBytes(JSON.parse(jsonOf(bytes)), true));
      script.push(
        `a <- unserialize(readBin("${name}", "raw", 1e4)); b <- unserialize(readBin("${name}.back", "raw", 1e4))`,
        `if (identical(a, b)) same <- c(same, "${name}")`,
      );
    }
    await rscript(`setwd(commandArgs(TRUE)[1])\n${script.join('\n')}\nwriteLines(same, "same")`, directory);
    same.push(...(await readFile(join(directory, 'same'), 'utf8')).trim().split('\n'));
    expect(exact).toEqual(same);
  });
});
