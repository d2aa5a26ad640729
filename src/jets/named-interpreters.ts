import { access, constants } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { interpreterNames } from './interpreters.ts';
import type { JetLanguage } from './protocol.ts';

export type NamedInterpreters = Readonly<Partial<Record<JetLanguage, readonly string[]>>>;

/**
 * The interpreters that an environment names, by variable or by PATH, as paths that mean the same to a process elsewhere. None
 * is run: whether it will do is for the engine to say. A language that nothing names has no entry.
 */
export async function namedInterpreters(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<NamedInterpreters> {
  const [python, R] = await Promise.all([namedFor('python', env, cwd), namedFor('R', env, cwd)]);
  return { ...(python.length > 0 ? { python } : {}), ...(R.length > 0 ? { R } : {}) };
}

async function namedFor(
  language: JetLanguage,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<string[]> {
  const { variable, commands } = interpreterNames(language);
  const chosen = env[variable] || undefined;
  if (chosen?.includes('/')) return [resolve(cwd, chosen)];
  const names = chosen === undefined ? commands : [chosen];
  const paths = await Promise.all(names.map((name) => findOnPath(name, env.PATH ?? '', cwd)));
  // What is asked for by name and is not there is to be missed by that name.
  return paths.flatMap((path) => path ?? chosen ?? []);
}

async function findOnPath(name: string, path: string, cwd: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((name) => name !== '')) {
    const candidate = join(resolve(cwd, folder), name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // The next folder may have it.
    }
  }
  return undefined;
}
