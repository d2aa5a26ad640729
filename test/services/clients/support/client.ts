import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import type { InstalledClients } from './install-clients.ts';

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  /** What it reads on stdin; absent: stdin stays open for `type`. */
  readonly input?: string;
  /** Under a pseudo-terminal, as the live screens want it. */
  readonly terminal?: boolean;
  /** With the slips mended that the client has under Python 3 only, see python/mended. */
  readonly mended?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningCommand {
  /** Waits until it has printed what `pattern` finds. @returns all that it has printed */
  printed(pattern: RegExp): Promise<string>;
  type(text: string): void;
  /** Ctrl-C. */
  interrupt(): void;
  readonly ended: Promise<Finished>;
}

/** A person at the command line of FastScore 1.10. */
export interface Client {
  /** The current directory. */
  readonly folder: string;
  start(words: readonly string[], start?: Start): RunningCommand;
  run(words: readonly string[], start?: Start): Promise<Finished>;
}

const SUITE = join(import.meta.dirname, '..');

/** None of the commands may take that long, however loaded the machine. */
const LIMIT_MS = 60_000;

export function openClient({ python, program }: InstalledClients, home: string, folder: string): Client {
  const start: Client['start'] = (words, { input, terminal = false, mended = false, env = {} } = {}) => {
    const wrapper = terminal ? [join(SUITE, 'python', 'terminal.py'), python] : [];
    const child = spawn(python, [...wrapper, program, ...words], {
      cwd: folder,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        LANG: 'C.UTF-8',
        PYTHONUNBUFFERED: '1',
        PYTHONWARNINGS: 'ignore',
        ...(mended ? { PYTHONPATH: join(SUITE, 'python', 'mended') } : {}),
        ...env,
      },
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    const waiting = new Set<() => void>();
    const wake = () => {
      for (const look of waiting) look();
    };
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      wake();
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => {});
    if (input !== undefined) child.stdin.end(input);
    const textOf = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let finished: Finished | undefined;
    const ended = new Promise<Finished>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        clearTimeout(limit);
        finished = { status, stdout: textOf(stdout), stderr: textOf(stderr) };
        wake();
        resolve(finished);
      });
    });
    return {
      ended,
      type: (text) => child.stdin.write(text),
      // A terminal turns the key into the signal.
      interrupt: () => (terminal ? child.stdin.write('\x03') : child.kill('SIGINT')),
      printed: (pattern) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const text = textOf(stdout);
            if (pattern.test(text)) resolve(text);
            else if (finished !== undefined) reject(new Error(`it ended without ${pattern}: ${describe(finished)}`));
            else return;
            waiting.delete(look);
          };
          waiting.add(look);
          look();
        }),
    };
  };
  return { folder, start, run: (words, options) => start(words, { input: '', ...options }).ended };
}

/** What a command left behind, in one line. */
export function describe({ status, stdout, stderr }: Finished): string {
  return `status ${status}, stdout ${JSON.stringify(stdout)}, stderr ${JSON.stringify(stderr.slice(-600))}`;
}
