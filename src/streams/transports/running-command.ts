import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { FastScoreError } from '../../core/errors.ts';
import { settlesWithin } from '../../util/settles-within.ts';

export interface RunningCommand {
  readonly child: ChildProcess;
  /** Resolves when the process has ended: to why it failed, null when it did not or was stopped. */
  readonly ended: Promise<FastScoreError | null>;
  /** Ends the process and what it has started. Resolves when it has gone. May be called twice. */
  stop(): Promise<void>;
}

export interface RunCommandOptions {
  readonly stdin: 'ignore' | 'pipe';
  readonly stdout: 'ignore' | 'pipe';
  /** Called for each line of the command's stderr. */
  readonly onStderrLine: (line: string) => void;
}

/** From the polite signal to the firm one. */
const KILL_DELAY_MS = 2000;

/** How long the last of stderr is waited for after the exit: a process left behind may hold it open. */
const STDERR_DELAY_MS = 500;

/** Starts a program without a shell. @throws what the system says when it cannot be started */
export async function runCommand(
  words: readonly string[],
  { stdin, stdout, onStderrLine }: RunCommandOptions,
): Promise<RunningCommand> {
  const [file, ...args] = words;
  const stdio: StdioOptions = [stdin, stdout, 'pipe'];
  // A group of its own: one signal reaches what the command has started, and Ctrl-C in a terminal does not.
  const child = spawn(file!, args, { stdio, detached: true, env: environment() });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.on('error', () => {});
  running.add(child);
  const stderr = collectStderr(child.stderr!, onStderrLine);
  let isStopping = false;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => running.delete(child));
  const ended = exited.then(async () => {
    await settlesWithin(stderr.ended, STDERR_DELAY_MS);
    child.stderr!.destroy();
    return isStopping ? null : failureOf(child, stderr.tail());
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      isStopping = true;
      signalGroup(child, 'SIGTERM');
      if (!(await settlesWithin(exited, KILL_DELAY_MS))) signalGroup(child, 'SIGKILL');
      await exited;
      signalGroup(child, 'SIGKILL');
    }
    await ended;
  };
  return { child, ended, stop };
}

/** What is left when this process ends without having stopped its streams, as by a second Ctrl-C, ends with it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** The engine's own, without what is ours: a command has no business with our tokens. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FASTSCORE_')));
}

function failureOf({ exitCode, signalCode }: ChildProcess, stderr: string): FastScoreError | null {
  if (exitCode === 0) return null;
  const how = signalCode === null ? `ended with status ${exitCode}` : `was ended by ${signalCode}`;
  const lastLine = stderr.trimEnd().split('\n').at(-1) ?? '';
  return new FastScoreError('STREAM_FAILED', lastLine === '' ? how : `${how}: ${lastLine}`, {
    details: { status: exitCode, signal: signalCode, stderr },
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid!, signal);
  } catch {
    // The group is gone already.
  }
}

/** Most characters of a line, and of the tail: a command cannot fill our memory. */
const LINE_CHARACTERS = 1000;
const TAIL_CHARACTERS = 4000;

function collectStderr(
  stderr: Readable,
  onLine: (line: string) => void,
): { readonly ended: Promise<void>; tail(): string } {
  const decoder = new StringDecoder('utf8');
  let tail = '';
  let pending = '';
  stderr.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk);
    tail = (tail + text).slice(-TAIL_CHARACTERS);
    const lines = (pending + text).split('\n');
    pending = lines.pop()!.slice(0, LINE_CHARACTERS);
    for (const line of lines) onLine(line.slice(0, LINE_CHARACTERS));
  });
  stderr.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    stderr.once('close', () => {
      if (pending !== '') onLine(pending);
      resolve();
    });
  });
  return { ended, tail: () => tail };
}
