import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JetProcess } from './channel.ts';
import { jetEnvironment } from './environment.ts';
import { openNamedPipes } from './named-pipes.ts';
import { rJetCommand } from './r-command.ts';
import { ensureRLibrary } from './r-library.ts';
import { spawnGuarded } from './spawn-guarded.ts';

/**
 * Starts an R jet in `directory`; frames travel over named pipes there, because R cannot open a socket by its path.
 * @param rscript the interpreter
 */
export async function launchR(directory: string, cacheDirectory: string, rscript: string): Promise<JetProcess> {
  // R removes its folder for temporary files when it ends by itself; a jet's folder is removed in any case.
  const temporary = join(directory, '.tmp');
  await mkdir(temporary, { mode: 0o700 });
  const env = { ...(await rEnvironment(rscript, cacheDirectory)), TMPDIR: temporary };
  const pipes = await openNamedPipes(directory);
  const { command, args } = rJetCommand(rscript, pipes);
  const child = spawnGuarded(command, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, input: pipes.input, output: pipes.output, opened: pipes.release, ring: pipes.ring };
}

/** The environment in which `library(fastscore)` finds the package of this release, installed on first use. */
export async function rEnvironment(rscript: string, cacheDirectory: string): Promise<Record<string, string>> {
  const library = await ensureRLibrary(rscript, cacheDirectory);
  const path = process.env.R_LIBS;
  return jetEnvironment({ R_LIBS: path === undefined || path === '' ? library : `${library}:${path}` });
}
