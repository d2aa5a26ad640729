/**
 * One pass over the words of the command line before the option parser sees them. FastScore 1.10 spelled
 * options with one dash and a colon before the value (`-type:python3`), which a modern parser would take for
 * `-t` with the value `ype:python3`. Exactly the tokens of the tables below are rewritten, up to `--`;
 * everything else passes unchanged.
 */

/** Whole tokens. */
const TOKENS: Readonly<Record<string, string>> = {
  '-json': '--json',
  '-wait': '--wait',
  '-nowait': '--nowait',
  '--no-wait': '--nowait',
  '-preinstall': '--preinstall',
  '-type': '--type',
  '-V': '--verbose',
  '-vv': '--verbose',
  '-vvv': '--verbose',
};

/** Options whose value stood after the first colon. */
const VALUE_TOKENS: Readonly<Record<string, string>> = {
  '-type': '--type',
  '-count': '--count',
  '-since': '--since',
  '-until': '--until',
  '-schema': '--schema',
  '-format': '--format',
  '-username': '--username',
  '-password': '--password',
  '-discover-endpoint': '--discover-endpoint',
  '-cliend-id': '--client-id',
  '-client-id': '--client-id',
  '-client-secret': '--client-secret',
  '-login-url': '--login-url',
  '-engine': '--engine',
  '-model-manage': '--model-manage',
};

/** Commands under the names they had, as the first two words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'snapshot describe': ['snapshot', 'show'],
  'fleet version': ['fleet', '--verbose'],
  'connect basicauth': ['connect'],
};

/** Commands whose third word was the instance. */
const WORDS_WITH_INSTANCE: Readonly<Record<string, readonly string[]>> = {
  'tap install': ['sensor', 'install'],
  'tap list': ['sensor', 'inspect'],
  'tap inspect': ['sensor', 'inspect'],
  'tap available': ['sensor', 'points'],
  'tap uninstall': ['sensor', 'uninstall'],
};

/** The words in their modern spelling; the values of options are joined to them with `=`. */
export function modernArguments(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const head = end === -1 ? words : words.slice(0, end);
  const tail = end === -1 ? [] : words.slice(end);
  return [...head.map(modernToken), ...tail];
}

/** What the first words of a command are called today, and how many of them that replaces. */
export function modernCommand(
  words: readonly string[],
): { readonly by: readonly string[]; readonly replaces: number } | undefined {
  const key = words.slice(0, 2).join(' ');
  if (Object.hasOwn(WORDS, key)) return { by: WORDS[key]!, replaces: 2 };
  const instance = words[2];
  if (instance === undefined || !Object.hasOwn(WORDS_WITH_INSTANCE, key)) return undefined;
  return { by: [...WORDS_WITH_INSTANCE[key]!, `--engine=${instance}`], replaces: 3 };
}

function modernToken(token: string): string {
  if (Object.hasOwn(TOKENS, token)) return TOKENS[token]!;
  const colon = token.indexOf(':');
  if (colon === -1) return token;
  const option = token.slice(0, colon);
  if (!Object.hasOwn(VALUE_TOKENS, option)) return token;
  return `${VALUE_TOKENS[option]}=${token.slice(colon + 1)}`;
}
