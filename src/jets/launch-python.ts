import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { packageRoot } from '../util/package-root.ts';
import type { JetProcess } from './channel.ts';
import { jetEnvironment } from './environment.ts';
import { spawnGuarded } from './spawn-guarded.ts';

export const pythonPackageDirectory = join(packageRoot, 'src', 'jets', 'python');

/**
 * Starts a Python jet in `directory`; frames travel over file descriptor 3, a socket pair.
 * @param command the interpreter
 */
export async function launchPython(directory: string, command: string): Promise<JetProcess> {
  const child = spawnGuarded(command, ['-m', 'fastscore._jet'], {
    cwd: directory,
    env: pythonEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  return { child, input: channel, output: channel, opened: () => {} };
}

/** The environment in which `import fastscore` finds the package of this release. */
export function pythonEnvironment(): Record<string, string> {
  const path = process.env.PYTHONPATH;
  return jetEnvironment({
    PYTHONPATH: path === undefined || path === '' ? pythonPackageDirectory : `${pythonPackageDirectory}:${path}`,
    PYTHONDONTWRITEBYTECODE: '1',
  });
}
