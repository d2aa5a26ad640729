import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Where downloaded services stay from one start to the next. */
export function cacheFolder(name) {
  const root = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(root, 'fastscore-services', name);
}
