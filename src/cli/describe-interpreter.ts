import type { Interpreters } from '../api/interpreters.ts';
import { findInterpreter } from '../jets/interpreters.ts';
import { namedInterpreters } from '../jets/named-interpreters.ts';
import type { Io } from './io.ts';

/**
 * Version and path of what runs models of a language that are loaded from here.
 * @throws FastScoreError INTERPRETER_MISSING
 */
export async function describeInterpreter(language: keyof Interpreters, { env, cwd }: Io): Promise<string> {
  const named = await namedInterpreters(env, cwd);
  const { command, version } = await findInterpreter(language, named[language]);
  return `${version} (${command})`;
}
