import { extname } from 'node:path';

/**
 * The stream that was probably meant by a word which is neither a stored stream nor a file.
 * @param slot odd ones are outputs
 */
export function streamHint(text: string, slot: number): string | undefined {
  const word = text.replace(/^"(.*)"$/s, '$1').toLowerCase();
  if (WHOLE_TAGS.has(word)) return `${word}:`;
  if (slot % 2 === 0 && /^[[\d"]/.test(text)) return `inline:${text.replace(/^\[(.*)\]$/s, '$1')}`;
  if (slot % 2 === 1 && extname(text) !== '') return `file:${text}`;
  return undefined;
}

/** Literals with nothing after the colon. */
const WHOLE_TAGS: ReadonlySet<string> = new Set(['rest', 'rest-chunked', 'discard']);
