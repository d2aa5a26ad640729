import { nearestName } from '../../util/nearest-name.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import { GROUPS } from '../groups.ts';
import type { HelpPage } from '../help-pages.ts';
import { commandDocument, groupHelp, overview, TOPICS } from '../help-pages.ts';
import { commandHelp } from '../parse.ts';
import { UnmatchedCommand } from '../unmatched-command.ts';

export const command = defineCommand({
  args: [['[words...]', 'a command, or a topic: options, exit-status, environment']],
  examples: [
    { line: 'fastscore help snapshot', text: 'the forms of a command' },
    { line: 'fastscore help snapshot restore', text: 'one of them in full' },
    { line: 'fastscore help exit-status', text: 'what the exit status of a command says' },
  ],
  async run(cli, [words]) {
    const page = await findPage(cli, words);
    if (page !== null) cli.out.result(page.document, page.text);
    else if (cli.compat) cli.out.line(`Command '${words[0]}' not available (use 'help')`);
    else throw noSuchPage(words);
    return 0;
  },
});

async function findPage(cli: Cli, words: readonly string[]): Promise<HelpPage | null> {
  const [first, second] = words;
  if (first === undefined) return overview(cli.out.colours);
  if (Object.hasOwn(TOPICS, first)) return TOPICS[first]!(cli.out.colours);
  if (second === undefined)
    return Object.hasOwn(GROUPS, first) ? groupHelp(cli.commands, first, cli.out.columns) : null;
  const entry = cli.commands.find(({ words: form }) => form === `${first} ${second}`);
  if (entry === undefined) return null;
  const { command } = await entry.load();
  return { text: commandHelp(entry, command, cli.out.columns), document: commandDocument(entry, command) };
}

function noSuchPage(words: readonly string[]): UnmatchedCommand {
  const [first = '', second] = words;
  const known = [...Object.keys(GROUPS), ...Object.keys(TOPICS)];
  const meant = second === undefined ? nearestName(first, known) : first;
  return new UnmatchedCommand('UNKNOWN_COMMAND', `Command '${words.join(' ')}' not available`, {
    hint: meant === undefined ? 'fastscore help' : `fastscore help ${meant}`,
  });
}
