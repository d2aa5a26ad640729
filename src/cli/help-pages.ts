import { EXIT_STATUS } from '../core/errors.ts';
import { release } from '../util/release.ts';
import type { CommandDefinition, CommandEntry } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { commandsOf, GROUPS } from './groups.ts';
import type { Colours } from './output/colours.ts';

/** A page of help, for people and with `--json`. */
export interface HelpPage {
  readonly text: string;
  readonly document: unknown;
}

/**
 * The page without words. Its layout is read by the shell completion of 1.10: two lines of header, then
 * one command a line, then one line more.
 */
export function overview(colours: Colours): HelpPage {
  const commands = Object.entries(GROUPS);
  return {
    text: [
      header(colours),
      'Usage: fastscore <command> [<subcommand> ...]',
      'Available commands:',
      ...commands.map(([word, text]) => `  ${word.padEnd(16)} ${text}`),
      "Use 'fastscore help <command>' for the forms of a command, and 'fastscore help topics' for more",
    ].join('\n'),
    document: { version: release, commands: commands.map(([name, summary]) => ({ name, summary })) },
  };
}

const header = (colours: Colours): string => colours.bold(`FastScore CLI v${release}`);

/** The forms of a group, and one example of each; a command that is a group of its own in full. */
export async function groupHelp(commands: readonly CommandEntry[], group: string, columns?: number): Promise<HelpPage> {
  const [first, second] = commandsOf(commands, group);
  if (first !== undefined && second === undefined) return singleHelp(first, columns);
  const forms = await Promise.all(
    commandsOf(commands, group).map(async (entry) => ({ entry, definition: (await entry.load()).command })),
  );
  const lines = forms.map(({ entry, definition }) => [usage(entry, definition), entry.summary] as const);
  const width = Math.max(...lines.map(([form]) => form.length));
  return {
    text: [
      GROUPS[group] ?? '',
      '',
      ...lines.map(([form, summary]) => `  ${form.padEnd(width)}  ${summary}`),
      '',
      'Examples:',
      ...forms.slice(0, 3).map(({ definition }) => `  ${definition.examples[0]?.line ?? ''}`),
      `Use 'fastscore ${group} <subcommand> --help' for options.`,
    ].join('\n'),
    document: {
      group,
      summary: GROUPS[group] ?? '',
      commands: forms.map(({ entry, definition }) => commandDocument(entry, definition)),
    },
  };
}

/** What `--help` shows, but its first lines are laid out as those of groups are. */
async function singleHelp(entry: CommandEntry, columns: number | undefined): Promise<HelpPage> {
  const [{ command }, { commandHelp }] = await Promise.all([entry.load(), import('./parse.ts')]);
  const [, , ...rest] = commandHelp(entry, command, columns).split('\n\n');
  return {
    text: [GROUPS[entry.words] ?? entry.summary, `  ${usage(entry, command)}`, ...rest].join('\n\n'),
    document: commandDocument(entry, command),
  };
}

/** The help page of a command as data. */
export function commandDocument(entry: CommandEntry, definition: CommandDefinition): unknown {
  const visible = Object.values(definition.options).filter(([, , mode]) => mode !== 'hidden');
  return {
    command: entry.words,
    summary: entry.summary,
    usage: usage(entry, definition),
    arguments: definition.args.map(([name, text]) => ({ name, text })),
    options: [...visible, ...Object.values(GLOBAL_OPTIONS)].map(([flags, text]) => ({ flags, text })),
    examples: definition.examples,
  };
}

/** Pages that are about no single command. */
export const TOPICS: Readonly<Record<string, (colours: Colours) => HelpPage>> = {
  options: (colours) => ({
    text: [
      header(colours),
      'Options:',
      ...aligned(Object.values(GLOBAL_OPTIONS).map(([flags, text]) => [flags, text])),
      "Every command takes these; 'fastscore <command> --help' shows those of its own",
    ].join('\n'),
    document: Object.values(GLOBAL_OPTIONS).map(([flags, text]) => ({ flags, text })),
  }),
  'exit-status': () => ({
    text: ['Exit statuses:', ...aligned(EXIT_STATUSES.map(([status, text]) => [String(status), text]))].join('\n'),
    document: EXIT_STATUSES.map(([status, text]) => ({ status, text })),
  }),
  environment: () => ({
    text: ['Environment variables:', ...aligned(ENVIRONMENT)].join('\n'),
    document: ENVIRONMENT.map(([name, text]) => ({ name, text })),
  }),
  topics: () => ({
    text: ['Topics:', ...aligned(TOPIC_SUMMARIES.map(([name, text]) => [`fastscore help ${name}`, text]))].join('\n'),
    document: TOPIC_SUMMARIES.map(([name, text]) => ({ name, text })),
  }),
};

const TOPIC_SUMMARIES = [
  ['options', 'options that every command takes'],
  ['exit-status', 'what the exit status of a command says'],
  ['environment', 'variables that are looked at'],
] as const;

const EXIT_STATUSES: readonly (readonly [number, string])[] = [
  [0, 'done'],
  [EXIT_STATUS.failed, 'failed'],
  [EXIT_STATUS.usage, 'the command line is wrong'],
  [EXIT_STATUS.unreachable, 'no engine answers, or one of another release'],
  [EXIT_STATUS.unauthorised, 'not authorised'],
  [EXIT_STATUS.missing, 'not found: a model, a stream, a snapshot, a file'],
  [EXIT_STATUS.state, 'the engine is in the wrong state for this'],
  [EXIT_STATUS.timeout, 'took too long'],
  [EXIT_STATUS.model, 'the model failed or is refused, or results are not what was expected'],
  [EXIT_STATUS.interrupted, 'interrupted, as by Ctrl-C'],
];

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ['FASTSCORE_HOME', 'where catalog, saved connection and engine live (default: ~/.local/share/fastscore)'],
  ['FASTSCORE_URL', 'server that commands go to, in place of the saved connection'],
  ['FASTSCORE_TOKEN', 'token for that server, or for the saved connection'],
  ['FASTSCORE_IDLE', 'how long your own engine stays without work: 90, 30s, 15m, 2h or never (default: 15m)'],
  ['FASTSCORE_LIMITS', 'how long engines wait at most, such as snapshot=30s,key=10m; see docs/performance.md'],
  ['FASTSCORE_COMPAT', '1: habits of FastScore 1.10: errors on stdout, status 0 or 1, unknown options ignored'],
  ['NO_COLOR', 'set to anything: no colours'],
  ['EDITOR', 'editor for `show --edit` (default: vi)'],
];

/** A line that could be typed, with the patterns of the arguments. */
function usage(entry: CommandEntry, definition: CommandDefinition): string {
  return ['fastscore', entry.words, ...definition.args.map(([pattern]) => pattern)].join(' ');
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}
