import { existsSync } from 'node:fs';
import { FastScoreError } from '../../core/errors.ts';
import { settlesWithin } from '../../util/settles-within.ts';
import { commandWords } from './command-words.ts';
import { ReadableInput } from './readable-input.ts';
import type { RunningCommand } from './running-command.ts';
import { runCommand } from './running-command.ts';
import type {
  InputTransport,
  OpenInputTransportOptions,
  OpenOutputTransportOptions,
  OutputTransport,
  TransportType,
} from './transport.ts';
import { WritableOutput } from './writable-output.ts';

/** A command without a shell: its stdout is an input, its stdin an output, its stderr becomes warnings. */
export const execType: TransportType = {
  name: 'exec',
  fields: ['Run', 'Args'],
  parse(fields) {
    const run = fields.required('Run', fields.string('Run'));
    const args = fields.strings('Args');
    const words = wordsOf(run, args);
    const [program = ''] = words;
    if (words.some((word) => word.includes('\0'))) {
      throw new FastScoreError('BAD_DESCRIPTOR', `'Run' and 'Args' must not hold zero bytes`);
    }
    if (program.trim() === '') throw new FastScoreError('BAD_DESCRIPTOR', `'Run' must not be empty`);
    return {
      type: 'exec',
      // The program alone: arguments may hold passwords.
      label: `exec '${program}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: null,
      openInput: (options) => openInput(words, options),
      openOutput: (options) => openOutput(words, options),
      internal: () => ({ run, args: args ?? [] }),
    };
  },
};

/** Without `Args`, `Run` may be a whole command line, as literal descriptors write it. */
function wordsOf(run: string, args: readonly string[] | undefined): readonly string[] {
  if (args !== undefined) return [run, ...args];
  return existsSync(run) ? [run] : commandWords(run);
}

async function openInput(words: readonly string[], { onWarning }: OpenInputTransportOptions): Promise<InputTransport> {
  const command = await runCommand(words, { stdin: 'ignore', stdout: 'pipe', onStderrLine: onWarning });
  const input = new ReadableInput(command.child.stdout!);
  return {
    start: 0,
    rewind: null,
    push: null,
    read: async () => {
      const chunks = await input.read();
      if (chunks !== null) return chunks;
      const failure = await command.ended;
      if (failure !== null) throw failure;
      return null;
    },
    close: async () => {
      await input.close();
      await command.stop();
    },
  };
}

/** How long a command that no longer reads has to end and say why. */
const REASON_DELAY_MS = 2000;

async function openOutput(words: readonly string[], options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const { onWarning, onFailure } = options;
  const command = await runCommand(words, { stdin: 'pipe', stdout: 'ignore', onStderrLine: onWarning });
  void command.ended.then((failure) => {
    if (failure !== null) onFailure(failure);
  });
  const output = new WritableOutput(command.child.stdin!, {
    ...options,
    onFailure: () => void whyBroken(command).then(onFailure),
  });
  let closed: Promise<void> | null = null;
  return {
    pull: null,
    get ended() {
      return output.ended;
    },
    write: (chunks) => output.write(chunks),
    close: (lingerMs) => {
      closed ??= finish(command, output, { lingerMs, onWarning });
      return closed;
    },
  };
}

async function whyBroken(command: RunningCommand): Promise<Error> {
  if (!(await settlesWithin(command.ended, REASON_DELAY_MS))) return new Error('does not read any more');
  return (await command.ended) ?? new Error('ended before it had read everything');
}

/** A command that has been given everything is left to finish; one that does not take it is stopped. */
async function finish(
  command: RunningCommand,
  output: WritableOutput,
  { lingerMs, onWarning }: { lingerMs: number | null; onWarning: (text: string) => void },
): Promise<void> {
  const since = performance.now();
  await output.close(lingerMs);
  if (lingerMs === null) return;
  if (!command.child.stdin!.writableFinished) {
    await command.stop();
  } else if (!(await settlesWithin(command.ended, lingerMs - (performance.now() - since)))) {
    onWarning('has been given everything and still runs after LingerTime');
  }
}
