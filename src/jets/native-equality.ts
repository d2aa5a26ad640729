import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findInterpreter } from './interpreters.ts';
import { pythonEnvironment } from './launch-python.ts';
import { rEnvironment } from './launch-r.ts';
import type { JetLanguage } from './protocol.ts';

const run = promisify(execFile);

/** Two values as their language serialized them. */
export interface NativePair {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** `same`, `different`, or why the language cannot tell. */
export type Verdict = 'same' | 'different' | { readonly unknown: string };

/**
 * Asks a language whether values that it serialized are the same: equal ones may have other bytes, such as a set whose items
 * were put in another order. Python opens nothing that could run code; R opens the values, so that they must be trusted.
 * @param cacheDirectory where the R package is installed
 * @returns one verdict per pair
 * @throws FastScoreError INTERPRETER_MISSING
 */
export async function askLanguage(
  language: JetLanguage,
  pairs: readonly NativePair[],
  cacheDirectory: string,
): Promise<Verdict[]> {
  const { command } = await findInterpreter(language);
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-equality-'));
  try {
    const file = join(directory, 'pairs');
    await writeFile(file, Buffer.concat(pairs.flatMap(({ before, after }) => [...framed(before), ...framed(after)])));
    const { args, env } =
      language === 'python'
        ? { args: ['-m', 'fastscore._equality', file], env: pythonEnvironment() }
        : { args: rArguments(file), env: { ...(await rEnvironment(command, cacheDirectory)), TMPDIR: directory } };
    const { stdout } = await run(command, args, { env, cwd: directory, maxBuffer: Number.POSITIVE_INFINITY });
    return stdout.trimEnd().split('\n').map(readVerdict);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const rArguments = (file: string): string[] => [
  '--vanilla',
  '-e',
  'fastscore:::compare_pairs(commandArgs(TRUE)[1])',
  file,
];

function framed(bytes: Buffer): [Buffer, Buffer] {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return [head, bytes];
}

const readVerdict = (line: string): Verdict => (line === 'same' || line === 'different' ? line : { unknown: line });
