import type { FastScoreClient } from '../client/client.ts';
import { asFastScoreError, FastScoreError } from '../core/errors.ts';
import type { CommandDefinition } from './command.ts';
import type { Cli } from './context.ts';
import { createContext } from './context.ts';
import { EndedBySignal } from './ended-by-signal.ts';
import { commandsOf } from './groups.ts';
import type { Io } from './io.ts';
import { OUTPUT_CLOSED } from './io.ts';
import { modernArguments } from './legacy.ts';
import { loadColours, wantsColour } from './output/colours.ts';
import { Output } from './output/output.ts';
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
    const request = await resolveCommand(argv);
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
    case 'version': {
      const { release } = await import('../util/release.ts');
      out.result({ version: release }, release);
      return 0;
    }
    case 'overview': {
      const { overview } = await import('./help-pages.ts');
      const page = overview(out.colours);
      out.result(page.document, page.text);
      return 0;
    }
    case 'group': {
      if (!request.asked) throw incompleteCommand(request.group);
      const { groupHelp } = await import('./help-pages.ts');
      const page = await groupHelp(COMMANDS, request.group);
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
  const parsed = await parseCommand(entry, command, words);
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

/** How to write is decided before the command line has been understood, so that errors about it come out right. */
async function openOutput(argv: readonly string[], io: Io, compat: boolean): Promise<Output> {
  const words = modernArguments(argv);
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const has = (...names: string[]): boolean => names.some((name) => options.includes(name));
  const when = colourChoice(options);
  const [stdout, stderr] = await Promise.all([
    loadColours(wantsColour(when, io.stdout, io.env)),
    loadColours(wantsColour(when, io.stderr, io.env)),
  ]);
  return new Output(io, {
    json: has('--json'),
    verbose: has('-v', '--verbose'),
    quiet: has('-q', '--quiet'),
    oldErrors: compat,
    colours: { stdout, stderr },
  });
}

/** The last `--color` that says something we know; anything else is refused by the command. */
function colourChoice(options: readonly string[]): string {
  let choice = 'auto';
  for (const [index, word] of options.entries()) {
    const value = word === '--color' ? options[index + 1] : word.startsWith('--color=') ? word.slice(8) : undefined;
    if (value === 'always' || value === 'never' || value === 'auto') choice = value;
  }
  return choice;
}

function assertColourChoice(when: unknown): void {
  if (when === undefined || when === 'auto' || when === 'always' || when === 'never') return;
  throw new FastScoreError('BAD_INPUT', `--color takes auto, always or never, not '${when}'`);
}

/** As 1.10 did: a line on stdout for each option that is unknown or has a wrong value, and on goes the command. */
async function dropUnknownOptions(words: readonly string[], known: readonly string[], out: Output): Promise<string[]> {
  const { MODEL_TYPE_NAMES } = await import('../model/types.ts');
  return words.filter((word) => {
    const [name = '', value] = splitOnce(word, '=');
    const complaint =
      !word.startsWith('-') || word === '-'
        ? undefined
        : !known.includes(name)
          ? `Unknown option '${word}' ignored`
          : name === '--type' && value !== undefined && !MODEL_TYPE_NAMES.has(value)
            ? `Model type '${value}' is unknown`
            : name === '--count' && value !== undefined && !/^\d+$/.test(value)
              ? `Option '-count:${value}' ignored`
              : undefined;
    if (complaint !== undefined) out.line(complaint);
    return complaint === undefined;
  });
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function incompleteCommand(group: string): FastScoreError {
  const known = commandsOf(COMMANDS, group).map((entry) => entry.words.split(' ')[1]!);
  return new UnmatchedCommand('BAD_INPUT', `'fastscore ${group}' needs one more word: ${known.join(', ')}`, {
    hint: `fastscore help ${group}`,
  });
}
