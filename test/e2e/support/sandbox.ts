import { mkdir, mkdtemp, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { ensureBuilt } from './built-binary.ts';
import type { Finished, RunBinaryOptions } from './run-binary.ts';
import { runBinary } from './run-binary.ts';

/** A folder with a FASTSCORE_HOME of its own, and the person who types commands there. */
export interface Sandbox {
  readonly home: string;
  /** The current directory of the commands. */
  readonly directory: string;
  write(name: string, text: string): Promise<void>;
  fastscore(args: readonly string[], options?: Partial<RunBinaryOptions>): Promise<Finished>;
  /** The same, for a command that must succeed and say nothing on stderr. @returns what it printed */
  ok(...args: string[]): Promise<string>;
  /** Stops the engine, checks that no process is left, removes the folder. */
  close(): Promise<void>;
}

export async function openSandbox(files: Readonly<Record<string, string>> = {}): Promise<Sandbox> {
  await ensureBuilt();
  // Short: a path of a Unix socket has at most 107 bytes.
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fs-e2e-')));
  const [home, directory] = [join(root, 'home'), join(root, 'here')];
  await mkdir(directory);
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const fastscore: Sandbox['fastscore'] = (args, options) => runBinary(args, { home, directory, ...options });
  return {
    home,
    directory,
    write,
    fastscore,
    async ok(...args) {
      const { status, stdout, stderr } = await fastscore(args);
      expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' });
      return stdout;
    },
    async close() {
      await fastscore(['engine', 'stop']);
      expect(await processesIn(root)).toEqual([]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Ids of processes that work in a folder, as jets do. */
export async function processesIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const place = await readlink(`/proc/${name}/cwd`).catch(() => '');
    if (place.startsWith(folder)) found.push(Number(name));
  }
  return found;
}
