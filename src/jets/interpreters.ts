import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FastScoreError } from '../core/errors.ts';
import type { JetLanguage } from './protocol.ts';

const run = promisify(execFile);

export interface Interpreter {
  readonly command: string;
  readonly version: string;
}

interface Needs {
  readonly name: string;
  /** Environment variable that names another interpreter. */
  readonly variable: string;
  readonly commands: readonly string[];
  readonly versionArguments: readonly string[];
  readonly oldest: readonly [number, number];
  readonly install: string;
}

const NEEDS: Record<JetLanguage, Needs> = {
  python: {
    name: 'Python',
    variable: 'FASTSCORE_PYTHON',
    commands: ['python3', 'python'],
    versionArguments: ['-c', 'import platform; print(platform.python_version())'],
    oldest: [3, 9],
    install: 'apt-get install --no-install-recommends python3',
  },
  R: {
    name: 'R',
    variable: 'FASTSCORE_R',
    commands: ['Rscript'],
    versionArguments: ['--version'],
    oldest: [4, 0],
    install: 'apt-get install --no-install-recommends r-base-core',
  },
};

const found = new Map<string, Promise<Interpreter>>();

/** The environment variable that names the interpreter of a language, and the commands that are looked for without it. */
export const interpreterNames = (language: JetLanguage): Pick<Needs, 'variable' | 'commands'> => NEEDS[language];

/**
 * The interpreter that runs jets of a language: the one named by FASTSCORE_PYTHON or FASTSCORE_R, else the
 * first on the PATH that is new enough. Asked once per process.
 * @param named commands to look for instead, as whoever loads a model has named them
 * @throws FastScoreError INTERPRETER_MISSING with the command that installs it
 */
export function findInterpreter(language: JetLanguage, named?: readonly string[]): Promise<Interpreter> {
  const needs = NEEDS[language];
  const chosen = process.env[needs.variable] || undefined;
  const commands = named ?? (chosen === undefined ? needs.commands : [chosen]);
  const cacheKey = JSON.stringify([language, commands, process.env.PATH]);
  const known = found.get(cacheKey);
  if (known !== undefined) return known;
  const search = findFirst(needs, commands);
  found.set(cacheKey, search);
  // A missing interpreter may be installed while we run: ask again next time.
  search.catch(() => found.delete(cacheKey));
  return search;
}

async function findFirst(needs: Needs, commands: readonly string[]): Promise<Interpreter> {
  const seen: string[] = [];
  for (const command of commands) {
    const version = await versionOf(command, needs.versionArguments);
    if (version === null) continue;
    if (isAtLeast(version, needs.oldest)) return { command, version };
    seen.push(`${command} is ${version}`);
  }
  const what = seen.length > 0 ? `is too old: ${seen.join(', ')}` : `was not found (looked for ${commands.join(', ')})`;
  throw new FastScoreError('INTERPRETER_MISSING', `${needs.name} >= ${needs.oldest.join('.')} is needed and ${what}`, {
    hint: `${needs.install}, or set ${needs.variable} to its path`,
  });
}

async function versionOf(command: string, versionArguments: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await run(command, [...versionArguments], { timeout: 20_000 });
    return /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0] ?? null;
  } catch {
    return null;
  }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map(Number);
  return haveMajor > major || (haveMajor === major && haveMinor >= minor);
}
