import { FastScoreError } from '../../core/errors.ts';

/**
 * The words of a command line: split at white space, with 'single' and "double" quotes, and a backslash before a
 * character that is meant as it is. Nothing else is special: no shell is involved.
 */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '\\' && quote !== "'" && i + 1 < line.length) {
      i += 1;
      word = (word ?? '') + line[i]!;
    } else if (character === quote) {
      quote = null;
    } else if (quote === null && (character === "'" || character === '"')) {
      quote = character;
      word ??= '';
    } else if (quote === null && /\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== null) throw new FastScoreError('BAD_DESCRIPTOR', `'Run': the quote ${quote} is not closed`);
  if (word !== null) words.push(word);
  return words;
}
