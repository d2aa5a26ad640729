import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { findInterpreter } from '../../src/jets/interpreters.ts';
import type { NativePair } from '../../src/jets/native-equality.ts';
import { askLanguage } from '../../src/jets/native-equality.ts';
import { describeWithBoth } from '../languages.ts';
import { testCacheDirectory } from './r/library.ts';

/** The bytes of R values, as models store them. */
async function serialized(...expressions: readonly string[]): Promise<Buffer[]> {
  const { command } = await findInterpreter('R');
  const line = (text: string): string =>
    `cat(sprintf("%02x", as.integer(serialize(${text}, NULL, version = 2L, xdr = FALSE))), "\\n", sep = "")`;
  const output = execFileSync(command, ['--vanilla', '-e', `${SETTING};${expressions.map(line).join(';')}`]);
  const lines = output.toString().trimEnd().split('\n');
  return lines.map((hex) => Buffer.from(hex, 'hex'));
}

const SETTING = [
  'fit <- function(last) { y <- c(1, 2, last); t <- 1:3; lm(y ~ t) }',
  'counter <- function(n) { me <- new.env(); me$n <- n; me$me <- me; me$add <- function(x) x + n; me }',
  'setClass("Point", representation(x = "numeric"))',
].join(';');

describeWithBoth('values that are the same to their language', () => {
  test('R: environments and models that hold the same, numbers of either type', async () => {
    const before = ['fit(4)', 'counter(1)', 'list(a = 1)', 'new("Point", x = 1)', 'function(x) x + 1', 'c(NaN, 1)'];
    const after = ['fit(4)', 'counter(1)', 'list(a = 1L)', 'new("Point", x = 1)', 'function(x) x + 1', 'c(NaN, 1)'];
    expect(await askLanguage('R', await pairs(before, after), testCacheDirectory)).toEqual(after.map(() => 'same'));
  });

  test('R: and those that are not', async () => {
    const before = ['fit(4)', 'counter(1)', 'list(a = 1)', 'new("Point", x = 1)', 'function(x) x + 1', 'factor("a")'];
    const after = ['fit(5)', 'counter(2)', 'list(b = 1)', 'new("Point", x = 2)', 'function(x) x + 2', '"a"'];
    const told = await askLanguage('R', await pairs(before, after), testCacheDirectory);
    expect(told).toEqual(after.map(() => 'different'));
  });

  test.each(['python', 'R'] as const)('%s: what it cannot open has a reason', async (language) => {
    const broken = { before: Buffer.from('broken'), after: Buffer.from('also broken') };
    const [told] = await askLanguage(language, [broken], testCacheDirectory);
    expect(told).toEqual({ unknown: expect.stringMatching(/\w+/) });
  });
});

async function pairs(before: readonly string[], after: readonly string[]): Promise<NativePair[]> {
  const bytes = await serialized(...before, ...after);
  return before.map((_, index) => ({ before: bytes[index]!, after: bytes[index + before.length]! }));
}
