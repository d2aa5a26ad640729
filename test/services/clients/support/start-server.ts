import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../../src/util/package-root.ts';

export interface RunningServer {
  /** What people give to `connect`. */
  readonly url: string;
  close(): Promise<void>;
}

/** `fastscore serve` on a free port of loopback, over https: old clients open websockets nowhere else. */
export async function startServer(home: string, args: readonly string[]): Promise<RunningServer> {
  const words = ['serve', '--json', '--listen', '127.0.0.1:0', '--tls', ...args];
  const child = spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), ...words], {
    env: { ...process.env, FASTSCORE_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line) as { listening: string };
    return {
      url: listening,
      async close() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('The server ended before it listened');
}
