/** JSON text that is part of a document as it stands, so that no digit of a number is lost. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A JSON document in the layout of FastScore 1.10: indented by two, characters beyond ASCII escaped.
 * Members that are undefined are left out.
 */
export function renderJson(value: unknown): string {
  return escapeNonAscii(layOut(compact(value)));
}

/** JSON text re-indented without reading its numbers. */
export function reindentJson(text: string): string {
  return escapeNonAscii(layOut(text));
}

/** One line, for streams of documents. */
export function renderJsonLine(value: unknown): string {
  return escapeNonAscii(compact(value));
}

function compact(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => compact(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${compact(member)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Strings, brackets, separators, and what stands between them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;

function layOut(text: string): string {
  let result = '';
  let depth = 0;
  let previous = '';
  const newline = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    const opened = previous === '[' || previous === '{';
    if (token === ']' || token === '}') {
      depth--;
      result += opened ? token : newline() + token;
    } else {
      result += (opened || previous === ',' ? newline() : '') + token + (token === ':' ? ' ' : '');
      if (token === '[' || token === '{') depth++;
    }
    previous = token;
  }
  return result;
}

const escapeNonAscii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
