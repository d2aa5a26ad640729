/** Strings, brackets, separators, and what stands between them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;

/**
 * The members of a JSON object, with their values as texts: no digit of a number is lost. Of a repeated member the
 * last one counts.
 * @throws SyntaxError when `text` is not a JSON object
 */
export function jsonMembers(text: string): Map<string, string> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not an object');
  const members = new Map<string, string>();
  let depth = 0;
  let key: string | null = null;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (depth === 1 && key !== null && (token === ',' || closes)) {
      members.set(key, text.slice(start, index).trim());
      key = null;
    }
    if (token === '{' || token === '[') depth++;
    else if (closes) depth--;
    else if (token === ':' && depth === 1 && key !== null && start === 0) start = index + 1;
    else if (depth === 1 && key === null && token.startsWith('"')) {
      key = JSON.parse(token) as string;
      start = 0;
    }
  }
  return members;
}
