import type { CommandEntry } from '../command.ts';
import { GROUPS } from '../groups.ts';
import { optionNames } from '../parse.ts';

/** What can follow a command: the table from which the scripts of all shells are made. */
export interface CompletionNode {
  /** Empty for `fastscore` itself, else such as `model` or `model add`. */
  readonly command: string;
  /** Words that lead on. */
  readonly words: readonly string[];
  readonly options: readonly string[];
  /** Per argument what it names; several kinds are joined with `+`. */
  readonly kinds: readonly string[];
}

/** The whole command line, from the table of commands. */
export async function completionTree(commands: readonly CommandEntry[]): Promise<CompletionNode[]> {
  const leaves = await Promise.all(
    commands.map(async (entry): Promise<CompletionNode> => {
      const { command } = await entry.load();
      return {
        command: entry.words,
        words: wordsAfter(commands, entry.words),
        options: optionNames(command),
        kinds: command.args.map(([pattern]) => kindOf(pattern)),
      };
    }),
  );
  const groups = Object.keys(GROUPS).filter((group) => !commands.some(({ words }) => words === group));
  return [
    { command: '', words: Object.keys(GROUPS), options: ['--help', '--version'], kinds: [] },
    ...groups.map((group) => ({
      command: group,
      words: wordsAfter(commands, group),
      options: ['--help'],
      kinds: [],
    })),
    ...leaves,
  ];
}

function wordsAfter(commands: readonly CommandEntry[], words: string): string[] {
  if (words === 'help') return Object.keys(GROUPS);
  return commands.flatMap((entry) =>
    entry.words.startsWith(`${words} `) ? [entry.words.slice(words.length + 1)] : [],
  );
}

/** By the names of the arguments, which say the same everywhere. */
const KINDS: Readonly<Record<string, string>> = {
  model: 'model',
  stream: 'stream',
  input: 'stream+file',
  output: 'stream+file',
  schema: 'schema',
  sensor: 'sensor',
  engine: 'instance',
  instance: 'instance',
  file: 'file',
  shell: 'shell',
};

const kindOf = (pattern: string): string => KINDS[pattern.replace(/[<>[\].]/g, '')] ?? 'none';
