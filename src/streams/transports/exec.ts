import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { FastScoreError } from '../../core/errors.ts';
import { commandWords } from './command-words.ts';
import { ReadableInput } from './readable-input.ts';
import type {
  InputTransport,
  OpenInputTransportOptions,
  OpenOutputTransportOptions,
  OutputTransport,
  TransportType,
} from './transport.ts';
import { WritableOutput } from './writable-output.ts';

interface Command {
  readonly run: string;
  /** null: none given; then `run` may be a whole command line, as literal descriptors write it. */
  readonly args: readonly string[] | null;
}

/** A command without a shell: its stdout is an input, its stdin an output, its stderr becomes warnings. */
export const execType: TransportType = {
  name: 'exec',
  parse(fields) {
    const run = fields.required('Run', fields.string('Run'));
    if (run.trim() === '') throw new FastScoreError('BAD_DESCRIPTOR', `'Run' must not be empty`);
    const command = { run, args: fields.strings('Args') ?? null };
    return {
      type: 'exec',
      label: `exec '${run}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: null,
      openInput: (options) => openInput(command, options),
      openOutput: (options) => openOutput(command, options),
      internal: () => ({ run, args: command.args ?? [] }),
    };
  },
};

/** From the polite signal to the firm one. */
const KILL_DELAY_MS = 2000;

async function openInput(command: Command, { onWarning }: OpenInputTransportOptions): Promise<InputTransport> {
  const running = await start(command, ['ignore', 'pipe', 'pipe'], onWarning);
  const input = new ReadableInput(running.child.stdout!);
  return {
    start: 0,
    rewind: null,
    push: null,
    read: async () => {
      const chunks = await input.read();
      if (chunks === null) await running.exited;
      return chunks;
    },
    close: async () => {
      await input.close();
      await running.stop();
    },
  };
}

async function openOutput(command: Command, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const running = await start(command, ['pipe', 'ignore', 'pipe'], options.onWarning);
  const output = new WritableOutput(running.child.stdin!, options);
  return {
    pull: null,
    get ended() {
      return output.ended;
    },
    write: (chunks) => output.write(chunks),
    close: async (lingerMs) => {
      await output.close(lingerMs);
      if (lingerMs === null) return;
      const timer = setTimeout(() => running.stop(), lingerMs);
      await running.exited;
      clearTimeout(timer);
    },
  };
}

interface RunningCommand {
  readonly child: ChildProcess;
  readonly exited: Promise<void>;
  /** Ends the process, resolves when it has gone. */
  stop(): Promise<void>;
}

async function start(
  command: Command,
  stdio: SpawnOptions['stdio'],
  onWarning: (text: string) => void,
): Promise<RunningCommand> {
  const [file, ...args] = wordsOf(command);
  const child = spawn(file!, args, stdio === undefined ? {} : { stdio });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.on('error', () => {});
  let isStopping = false;
  createInterface({ input: child.stderr! }).on('line', onWarning);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (status, signal) => {
      if (!isStopping && signal !== null) onWarning(`ended by ${signal}`);
      else if (!isStopping && status !== 0) onWarning(`ended with status ${status}`);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    isStopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_DELAY_MS);
    await exited;
    clearTimeout(timer);
    child.stderr?.destroy();
  };
  return { child, exited, stop };
}

function wordsOf({ run, args }: Command): string[] {
  if (args !== null) return [run, ...args];
  return existsSync(run) ? [run] : commandWords(run);
}
