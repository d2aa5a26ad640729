import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../src/util/package-root.ts';

export interface Served {
  /** Where it listens. */
  readonly url: string;
  close(): Promise<void>;
}

/** Runs `fastscore serve` on a free port of the loopback. @param home FASTSCORE_HOME */
export async function serve(home: string, ...options: string[]): Promise<Served> {
  const words = ['serve', '--listen', '127.0.0.1:0', '--json', ...options];
  const child = spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), ...words], {
    env: { ...process.env, FASTSCORE_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown];
  if (typeof line !== 'string') throw new Error(`fastscore ${words.join(' ')} ended with ${line}`);
  return {
    url: (JSON.parse(line) as { listening: string }).listening,
    async close() {
      child.kill();
      await ended;
    },
  };
}
