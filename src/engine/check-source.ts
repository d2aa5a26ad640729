import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FastScoreError } from '../core/errors.ts';
import { pythonEnvironment } from '../jets/launch-python.ts';
import { rEnvironment } from '../jets/launch-r.ts';
import type { JetLanguage } from '../jets/protocol.ts';
import type { SourceCheck } from '../model/source-check.ts';

const run = promisify(execFile);

const CHECK_TIMEOUT_MS = 60_000;

/**
 * Asks the interpreter that would run a source what it makes of it, without running it.
 * @param command the interpreter
 */
export async function checkSource(
  language: JetLanguage,
  source: Buffer,
  command: string,
  directories: { workDirectory: string; cacheDirectory: string },
): Promise<SourceCheck> {
  const directory = join(directories.workDirectory, `check-${randomInt(1e9)}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, language === 'python' ? '__model.py' : '__model.R');
  try {
    await writeFile(file, source);
    const [argv, env] =
      language === 'python'
        ? [['-m', 'fastscore._check', file], pythonEnvironment()]
        : [
            ['--vanilla', '--default-packages=NULL', '-e', 'fastscore:::check_model(commandArgs(TRUE)[1])', file],
            await rEnvironment(command, directories.cacheDirectory),
          ];
    const { stdout } = await run(command, argv, { cwd: directory, env, timeout: CHECK_TIMEOUT_MS });
    return JSON.parse(stdout) as SourceCheck;
  } catch (error) {
    if (error instanceof FastScoreError) throw error;
    const { stderr = '' } = error as { stderr?: string };
    throw new FastScoreError('MODEL_INVALID', `Cannot check the model: ${command} failed`, {
      details: { output: stderr.trim() },
      cause: error,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
