import type { CommanderError } from 'commander';
import { Command, Option } from 'commander';
import { FastScoreError } from '../core/errors.ts';
import type { CommandDefinition, CommandEntry, OptionSpec } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { UnmatchedCommand } from './unmatched-command.ts';

export type Parsed =
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly args: readonly unknown[];
      readonly options: Readonly<Record<string, unknown>>;
    };

/**
 * The words and options of one command, checked against its definition.
 * @param columns of the terminal that a page of help is for
 * @throws FastScoreError UNKNOWN_OPTION or BAD_INPUT
 */
export async function parseCommand(
  entry: CommandEntry,
  definition: CommandDefinition,
  words: readonly string[],
  columns?: number,
): Promise<Parsed> {
  const parser = createParser(entry, definition, columns);
  try {
    parser.parse(words, { from: 'user' });
  } catch (error) {
    const { code, message } = error as CommanderError;
    if (code === 'commander.helpDisplayed') return { kind: 'help', text: parser.helpInformation().trimEnd() };
    throw await usageError(entry, { code, message, words, parser });
  }
  const options = { ...absentOptions(definition), ...parser.opts() };
  const args = definition.args.map((_, index) => parser.processedArgs[index] as unknown);
  assertNotEmpty(entry, definition, args);
  return { kind: 'run', args, options };
}

/** The help page of a command. */
export function commandHelp(entry: CommandEntry, definition: CommandDefinition, columns?: number): string {
  return createParser(entry, definition, columns).helpInformation().trimEnd();
}

/** Every spelling of every option that a command takes. */
export function optionNames(definition: CommandDefinition): string[] {
  return [...Object.values(definition.options), ...Object.values(GLOBAL_OPTIONS), HELP_OPTION].flatMap(spellings);
}

const HELP_OPTION: OptionSpec = ['-h, --help', 'show this page'];

const spellings = ([flags]: OptionSpec): string[] => flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));

/** Wider lines are hard to read, narrower ones would hold a word each. */
const HELP_COLUMNS = { most: 100, least: 60 };

function createParser(
  entry: CommandEntry,
  definition: CommandDefinition,
  columns: number = HELP_COLUMNS.most,
): Command {
  const parser = new Command(`fastscore ${entry.words}`)
    .description([`${entry.summary}.`, definition.about].filter(Boolean).join('\n\n'))
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({ helpWidth: Math.max(HELP_COLUMNS.least, Math.min(HELP_COLUMNS.most, columns)) })
    .helpOption(HELP_OPTION[0], HELP_OPTION[1]);
  for (const [pattern, text] of definition.args) parser.argument(pattern, text);
  for (const [name, spec] of Object.entries(definition.options)) parser.addOption(toOption(name, spec));
  for (const [name, spec] of Object.entries(GLOBAL_OPTIONS)) {
    if (!(name in definition.options)) parser.addOption(toOption(name, spec).helpGroup('Options of every command:'));
  }
  const examples = definition.examples
    .flatMap(({ line, text }) => [`  ${line}`, ...(text === '' ? [] : [`      ${text}`])])
    .join('\n');
  const help = parser.helpInformation.bind(parser);
  parser.helpInformation = (context) => `${help(context).trimEnd()}\n\nExamples:\n${examples}\n`;
  return parser;
}

function toOption(name: string, [flags, text, mode]: OptionSpec): Option {
  const option = new Option(flags, text);
  if (mode === 'hidden') option.hideHelp();
  if (mode === 'repeat') option.argParser((value: string, previous: string[] = []) => [...previous, value]);
  option.attributeName = () => name;
  return option;
}

/** Here and not as defaults of the parser, whose help would print them. */
function absentOptions(definition: CommandDefinition): Record<string, unknown> {
  const specs = Object.entries({ ...GLOBAL_OPTIONS, ...definition.options });
  return Object.fromEntries(
    specs.map(([name, [flags, , mode]]) => [name, mode === 'repeat' ? [] : flags.includes('<') ? undefined : false]),
  );
}

/** Cells and items may have any name; nothing else is called nothing. */
function assertNotEmpty(entry: CommandEntry, definition: CommandDefinition, args: readonly unknown[]): void {
  if (entry.words.startsWith('state ')) return;
  for (const [index, [pattern]] of definition.args.entries()) {
    if (![args[index]].flat().includes('')) continue;
    throw new FastScoreError('BAD_INPUT', `The ${pattern.replace(/[<>[\].]/g, '')} is an empty word`, {
      hint: `fastscore ${entry.words} --help`,
    });
  }
}

async function usageError(
  entry: CommandEntry,
  problem: { code: string; message: string; words: readonly string[]; parser: Command },
): Promise<FastScoreError> {
  const help = `fastscore ${entry.words} --help`;
  const message = problem.message.replace(/^error: /, '').replace(/\n.*$/s, '');
  if (WRONG_WORDS.has(problem.code)) return new UnmatchedCommand('BAD_INPUT', capitalise(message), { hint: help });
  if (problem.code !== 'commander.unknownOption') {
    return new FastScoreError('BAD_INPUT', capitalise(message), { hint: help });
  }
  const option = /'([^']*)'/.exec(message)?.[1] ?? message;
  const { nearestName } = await import('../util/nearest-name.ts');
  const known = problem.parser.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '');
  const meant = nearestName(option.split('=', 1)[0]!, [...known, '--help']);
  return new FastScoreError('UNKNOWN_OPTION', `Unknown option '${option}' of 'fastscore ${entry.words}'`, {
    hint: meant ?? help,
  });
}

const WRONG_WORDS: ReadonlySet<string> = new Set(['commander.missingArgument', 'commander.excessArguments']);

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
