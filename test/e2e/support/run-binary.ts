import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../src/util/package-root.ts';

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunBinaryOptions {
  /** FASTSCORE_HOME */
  readonly home: string;
  /** @default the root of the project */
  readonly directory?: string;
  readonly input?: Buffer | string;
  readonly env?: Readonly<Record<string, string>>;
  /** Makes the command lead a process group of its own, as a shell does. */
  readonly detached?: boolean;
  /** Told the process as soon as it runs. */
  readonly onStart?: (child: ReturnType<typeof spawn>) => void;
}

/** Runs `bin/fastscore`. */
export function runBinary(args: readonly string[], options: RunBinaryOptions): Promise<Finished> {
  const { home, directory = packageRoot, input = '', env = {}, detached = false, onStart } = options;
  const child = spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), ...args], {
    cwd: directory,
    detached,
    env: { ...process.env, FASTSCORE_HOME: home, NO_COLOR: '1', ...env },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  onStart?.(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      resolve({
        status,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
  });
}
