/** The words after `fastscore` in a line of shell, without pipes and redirections; quotes are taken off. */
export function fastscoreWords(line: string): string[] {
  const words = [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word);
  const start = words.indexOf('fastscore');
  if (start === -1) throw new Error(`no fastscore in: ${line}`);
  const end = words.findIndex((word, index) => index > start && ['|', '>', '<', '&&', ';'].includes(word));
  return words.slice(start + 1, end === -1 ? undefined : end).map(unquoted);
}

const unquoted = (word: string): string => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2');
