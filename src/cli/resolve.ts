import { FastScoreError } from '../core/errors.ts';
import type { CommandEntry } from './command.ts';
import { VALUE_OPTIONS } from './global-options.ts';
import { commandsOf, GROUPS, RETIRED } from './groups.ts';
import { modernArguments, modernCommand } from './legacy.ts';
import { UnmatchedCommand } from './unmatched-command.ts';

/** What the words of a command line ask for. */
export type Request =
  | { readonly kind: 'overview' }
  | { readonly kind: 'group'; readonly group: string; readonly asked: boolean }
  | { readonly kind: 'command'; readonly entry: CommandEntry; readonly rest: readonly string[] };

/**
 * Finds the command in a command line. Options may stand anywhere, also before the command.
 * @throws FastScoreError UNKNOWN_COMMAND
 */
export async function resolveCommand(argv: readonly string[], commands: readonly CommandEntry[]): Promise<Request> {
  const words = modernArguments(argv);
  const positions = wordPositions(words, 3);
  const [first, second] = positions;
  if (first === undefined) return withoutCommand(words, commands);

  const renamed = modernCommand(positions.map((position) => words[position]!));
  if (renamed !== undefined) {
    const replaced = positions.slice(0, renamed.replaces);
    return resolveCommand([...renamed.by, ...without(words, ...replaced)], commands);
  }
  const group = words[first]! === 'h' ? 'help' : words[first]!;
  const pair = second === undefined ? undefined : findEntry(commands, `${group} ${words[second]}`);
  if (pair !== undefined) return { kind: 'command', entry: pair, rest: without(words, first, second!) };
  const single = findEntry(commands, group);
  if (single !== undefined) return { kind: 'command', entry: single, rest: without(words, first) };
  if (!Object.hasOwn(GROUPS, group))
    throw await unknownCommand(commands, group, second === undefined ? undefined : words[second]);
  if (second === undefined) return { kind: 'group', group, asked: asksForHelp(words) };
  throw await unknownSubcommand(commands, group, words[second]!);
}

const findEntry = (commands: readonly CommandEntry[], words: string): CommandEntry | undefined =>
  commands.find((entry) => entry.words === words);

/** Positions of the first `count` words that are neither options nor values of options. */
function wordPositions(words: readonly string[], count: number): number[] {
  const positions: number[] = [];
  let isOption = (word: string): boolean => word !== '-' && word.startsWith('-');
  for (let index = 0; index < words.length && positions.length < count; index++) {
    const word = words[index]!;
    if (word === '--') isOption = () => false;
    else if (VALUE_OPTIONS.has(word)) index++;
    else if (!isOption(word)) positions.push(index);
  }
  return positions;
}

async function withoutCommand(words: readonly string[], commands: readonly CommandEntry[]): Promise<Request> {
  const unknown = words.find((word) => !KNOWN_WITHOUT_COMMAND.has(word.split('=', 1)[0]!) && word.startsWith('-'));
  if (unknown !== undefined) {
    throw new FastScoreError('UNKNOWN_OPTION', `Unknown option '${unknown}'`, {
      hint: (await nearest(unknown, [...KNOWN_WITHOUT_COMMAND])) ?? 'fastscore help options',
    });
  }
  if (!words.includes('--version')) return { kind: 'overview' };
  return resolveCommand(['version', ...words.filter((word) => word !== '--version')], commands);
}

const KNOWN_WITHOUT_COMMAND: ReadonlySet<string> = new Set([
  '--version',
  '--help',
  '-h',
  '--verbose',
  '-v',
  '--json',
  '--quiet',
  '-q',
  '--color',
  '--',
]);

const asksForHelp = (words: readonly string[]): boolean => words.includes('--help') || words.includes('-h');

const without = (words: readonly string[], ...positions: number[]): string[] =>
  words.filter((_, index) => !positions.includes(index));

async function unknownCommand(
  commands: readonly CommandEntry[],
  word: string,
  next: string | undefined,
): Promise<FastScoreError> {
  if (Object.hasOwn(RETIRED, word)) return retiredCommand(word);
  const meant = await nearest(word, Object.keys(GROUPS));
  return new UnmatchedCommand('UNKNOWN_COMMAND', `Unknown command '${word}'`, {
    hint: meant === undefined ? 'fastscore help' : `fastscore ${await withSubcommand(commands, meant, next)}`,
  });
}

const retiredCommand = (words: string): FastScoreError =>
  new UnmatchedCommand('UNKNOWN_COMMAND', `'${words}' is not a command of this release`, { hint: RETIRED[words]! });

async function unknownSubcommand(
  commands: readonly CommandEntry[],
  group: string,
  word: string,
): Promise<FastScoreError> {
  if (Object.hasOwn(RETIRED, `${group} ${word}`)) return retiredCommand(`${group} ${word}`);
  const known = subcommandsOf(commands, group);
  const meant = await nearest(word, known);
  return new UnmatchedCommand('UNKNOWN_COMMAND', `Unknown command '${group} ${word}' (there is: ${known.join(', ')})`, {
    hint: meant === undefined ? `fastscore help ${group}` : `fastscore ${group} ${meant}`,
  });
}

/** The whole of what was meant, when the second word says it. */
async function withSubcommand(
  commands: readonly CommandEntry[],
  group: string,
  word: string | undefined,
): Promise<string> {
  const meant = word === undefined ? undefined : await nearest(word, subcommandsOf(commands, group));
  return meant === undefined ? group : `${group} ${meant}`;
}

const subcommandsOf = (commands: readonly CommandEntry[], group: string): string[] =>
  commandsOf(commands, group).flatMap((entry) => entry.words.split(' ').slice(1));

/** Loaded only for who mistyped. */
async function nearest(word: string, known: readonly string[]): Promise<string | undefined> {
  const { nearestName } = await import('../util/nearest-name.ts');
  return nearestName(word, known);
}
