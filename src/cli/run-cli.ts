import type { FastScoreClient } from '../client/client.ts';
import type { FastScoreError } from '../core/errors.ts';
import { asFastScoreError } from '../core/errors.ts';
import type { Cli, CommandDefinition } from './command.ts';
import { dropUnknownOptions } from './compat-options.ts';
import { createContext } from './context.ts';
import { EndedBySignal } from './ended-by-signal.ts';
import { commandsOf } from './groups.ts';
import type { Io } from './io.ts';
import { OUTPUT_CLOSED } from './io.ts';
import { assertColourChoice, openOutput } from './open-output.ts';
import type { Output } from './output/output.ts';
import { COMMANDS } from './program.ts';
import type { Request } from './resolve.ts';
import { resolveCommand } from './resolve.ts';
import { UnmatchedCommand } from './unmatched-command.ts';

export interface RunOptions {
  /** Aborted to stop the command; its reason is a FastScoreError. */
  readonly signal: AbortSignal;
  /** Where commands go in place of what options and files say, for tests. */
  readonly connect?: () => Promise<FastScoreClient>;
}

const COMPAT_USAGE = "Use 'fastscore help' or 'fastscore help <command>'";

/** Runs one command line. Every failure ends here, as text or JSON and an exit status. */
export async function runCli(argv: readonly string[], io: Io, options: RunOptions): Promise<number> {
  const compat = (io.env.FASTSCORE_COMPAT ?? '') !== '' && io.env.FASTSCORE_COMPAT !== '0';
  const out = await openOutput(argv, io, compat);
  try {
    const request = await resolveCommand(argv, COMMANDS);
    return await answer(request, { argv, io, out, compat, ...options });
  } catch (thrown) {
    const error = asFastScoreError(thrown);
    if (compat && error instanceof UnmatchedCommand) {
      out.line(COMPAT_USAGE);
      return 0;
    }
    if (error === OUTPUT_CLOSED) return 0;
    out.error(error);
    return compat && error.kind !== 'interrupted' ? 1 : error.exitStatus;
  }
}

interface Setting extends RunOptions {
  readonly argv: readonly string[];
  readonly io: Io;
  readonly out: Output;
  readonly compat: boolean;
}

async function answer(request: Request, setting: Setting): Promise<number> {
  const { out } = setting;
  switch (request.kind) {
    case 'overview': {
      const { overview } = await import('./help-pages.ts');
      const page = overview(out.colours);
      out.result(page.document, page.text);
      return 0;
    }
    case 'group': {
      if (!request.asked) throw incompleteCommand(request.group);
      const { groupHelp } = await import('./help-pages.ts');
      const page = await groupHelp(COMMANDS, request.group, out.columns);
      out.result(page.document, page.text);
      return 0;
    }
    case 'command':
      return runCommand(request, setting);
  }
}

async function runCommand(request: Request & { kind: 'command' }, setting: Setting): Promise<number> {
  const { entry } = request;
  const { io, out, compat, signal } = setting;
  const [{ command }, { optionNames, parseCommand }] = await Promise.all([entry.load(), import('./parse.ts')]);
  const words = compat ? await dropUnknownOptions(request.rest, optionNames(command), out) : request.rest;
  const parsed = await parseCommand(entry, command, words, out.columns);
  if (parsed.kind === 'help') {
    const { commandDocument } = await import('./help-pages.ts');
    out.result(commandDocument(entry, command), parsed.text);
    return 0;
  }
  if (parsed.options.verbose) out.beVerbose();
  assertColourChoice(parsed.options.color);
  const context = createContext({
    io,
    out,
    signal,
    commands: COMMANDS,
    compat,
    globals: parsed.options,
    connect: setting.connect,
  });
  let status: number;
  try {
    status = await runToItsEnd(command, parsed, context.cli);
    if (status === 0 && parsed.options.monitor) {
      const { command: monitor } = await import('./commands/monitor.ts');
      status = await runToItsEnd(monitor, { args: [], options: {} }, context.cli);
    }
  } catch (error) {
    await context.close().catch((failure: unknown) => out.confirm(String(failure)));
    out.progress.clear();
    if (context.endsOnInterrupt() && error instanceof EndedBySignal && error.signal === 'SIGINT') return 0;
    throw error;
  }
  await context.close();
  return status;
}

async function runToItsEnd(
  command: CommandDefinition,
  { args, options }: { args: readonly unknown[]; options: Readonly<Record<string, unknown>> },
  cli: Cli,
): Promise<number> {
  const running = command.run(cli, args, options);
  return (await (command.endsItself ? running : orStop(running, cli.signal))) ?? 0;
}

/** What `work` does after the signal does not matter any more: what it opened is closed. */
async function orStop<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function incompleteCommand(group: string): FastScoreError {
  const known = commandsOf(COMMANDS, group).map((entry) => entry.words.split(' ')[1]!);
  return new UnmatchedCommand('BAD_INPUT', `'fastscore ${group}' needs one more word: ${known.join(', ')}`, {
    hint: `fastscore help ${group}`,
  });
}
