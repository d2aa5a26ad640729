import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareOutputs } from '../../../src/cli/foreground/compare-outputs.ts';
import type { Io } from '../../../src/cli/io.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

describe('in order', () => {
  it.each([
    ['1\n2\n', '1\n2\n'],
    ['1\n\n2', '1\n2\n'],
    ['1.0\n{"a":1,"b":2}\n', '1\n{"b": 2, "a": 1}\n'],
    ['', ''],
  ])('%j equals %j', async (expected, actual) => {
    expect(await compare(expected, actual)).toBeNull();
  });

  it('says which outputs differ, are missing or are unexpected', async () => {
    expect(await compare('1\n2\n3\n', '1\n5\n')).toBe('  output 2: expected 2, got 5\n  output 3: missing, expected 3');
    expect(await compare('1\n', '1\n"x"\n')).toBe('  output 2: unexpected "x"');
  });

  it('shows the first ten differences', async () => {
    const lines = (await compare(numbers(0), numbers(100)))?.split('\n');
    expect(lines).toHaveLength(11);
    expect(lines?.at(-1)).toBe('  ... and 5 more');
  });
});

describe('unordered', () => {
  it('accepts any order', async () => {
    expect(await compare('1\n2\n2\n{"a":1,"b":2}', '{"b":2,"a":1}\n2\n1\n2', true)).toBeNull();
  });

  it('counts how often an output appears', async () => {
    expect(await compare('1\n2\n2\n', '2\n1\n1\n', true)).toBe('  missing: 2\n  unexpected: 1');
  });

  it('takes numbers for what they say', async () => {
    expect(await compare('1.0\n100\n', '1e2\n1\n', true)).toBeNull();
  });
});

it('names the line that is not JSON', async () => {
  await expect(compare('1\n{bad\n', '1\n2\n')).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'expected.jsonl, line 2 is not JSON: {bad',
  });
});

const numbers = (from: number): string => Array.from({ length: 15 }, (_, index) => `${from + index}\n`).join('');

function compare(expected: string, actual: string, unordered = false): Promise<string | null> {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'expected.jsonl'), expected);
  writeFileSync(join(cwd, 'actual.jsonl'), actual);
  return compareOutputs({ cwd } as Io, { expected: 'expected.jsonl', actual: join(cwd, 'actual.jsonl'), unordered });
}
