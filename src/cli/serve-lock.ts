import { join } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { makeDirectory } from '../util/atomic-file.ts';
import type { Home } from './home.ts';
import { makeHome } from './home.ts';

/**
 * One server at a time works on a home: two would give the same names to different engines. The lock is there as long as its process is, whatever
 * ends it.
 * @returns what gives it up
 * @throws FastScoreError HOME_IN_USE
 */
export async function lockForServing(home: Home): Promise<() => Promise<void>> {
  const { holderOf, tryLock } = await import('./embedded/lock-file.ts');
  await makeHome(home);
  await makeDirectory(home.run);
  const path = join(home.run, 'serve.lock');
  const unlock = await tryLock(path);
  if (unlock !== null) return unlock;
  const holder = await holderOf(path);
  const who = holder === null ? 'Another server' : `Another server (${holder})`;
  throw new FastScoreError('HOME_IN_USE', `${who} works on ${home.directory}`, {
    hint: 'Stop that one first, or set FASTSCORE_HOME to another directory',
  });
}
