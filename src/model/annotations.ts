/**
 * Annotations are comments that fill a line anywhere in the source, also inside a docstring:
 *
 *     # fastscore.schema.0: reading
 *     LEADER VENDOR "." TAG ["." SCOPE] ":" VALUE
 *
 * LEADER is one or more `#` or `//`; blanks may stand before and after everything but the dots. Tag with scope, and value,
 * are one word each; of several colons the last that leaves both of them is the separator. Only `snapshots`, which
 * takes a list, may have a value of several words. What does not fit is an ordinary comment: this parser never fails.
 */
const HEAD = /^\s*([#/]+)\s*(?:fastscore|odg|ModelOp)\./;

export interface Annotation {
  /** Line number, from 1. */
  readonly line: number;
  /** The whole line without blanks around it. */
  readonly text: string;
  readonly tag: string;
  /** What follows the last dot of the tag; null when there is no dot. */
  readonly scope: string | null;
  readonly value: string;
}

export interface ParsedAnnotations {
  readonly annotations: readonly Annotation[];
  /** Comments that begin like an annotation but are none; `tag` is the word after the vendor's. */
  readonly lookalikes: readonly Pick<Annotation, 'line' | 'text' | 'tag'>[];
}

export function parseAnnotations(source: string): ParsedAnnotations {
  const annotations: Annotation[] = [];
  const lookalikes: Pick<Annotation, 'line' | 'text' | 'tag'>[] = [];
  let line = 0;
  for (const text of linesOf(source)) {
    line += 1;
    const head = HEAD.exec(text);
    if (head?.[1] === undefined || !isLeader(head[1])) continue;
    const rest = text.slice(head[0].length);
    const words = splitList(rest.trim()) ?? splitAtColon(rest.trim());
    if (words !== undefined && !/^\s/.test(rest)) {
      annotations.push({ line, text: text.trim(), ...splitScope(words.tag), value: words.value });
    } else {
      lookalikes.push({ line, text: text.trim(), tag: /^[\w-]*/.exec(rest)?.[0] ?? '' });
    }
  }
  return { annotations, lookalikes };
}

function* linesOf(source: string): Generator<string> {
  for (let start = 0; start <= source.length; ) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    yield source.slice(start, end);
    start = end + 1;
  }
}

/** Slashes count in pairs. */
function isLeader(text: string): boolean {
  return !text.replaceAll('//', '').includes('/');
}

/** Tag and value, told apart without backtracking, for a line may be long: the colon stands inside, at the end or between words. */
function splitAtColon(text: string): { tag: string; value: string } | undefined {
  const [first = '', second, third, more] = text.split(/\s+/, 4);
  if (more !== undefined) return undefined;
  if (third !== undefined) return second === ':' ? { tag: first, value: third } : undefined;
  if (second === undefined) {
    const colon = first.lastIndexOf(':', first.length - 2);
    return colon > 0 ? { tag: first.slice(0, colon), value: first.slice(colon + 1) } : undefined;
  }
  if (second.startsWith(':') && second.length > 1) return { tag: first, value: second.slice(1) };
  if (first.endsWith(':') && first.length > 1) return { tag: first.slice(0, -1), value: second };
  return undefined;
}

function splitList(text: string): { tag: string; value: string } | undefined {
  const value = /^snapshots\s*:\s*(.+)$/.exec(text)?.[1];
  return value === undefined ? undefined : { tag: 'snapshots', value };
}

function splitScope(words: string): { tag: string; scope: string | null } {
  const dot = words.lastIndexOf('.');
  return dot === -1 ? { tag: words, scope: null } : { tag: words.slice(0, dot), scope: words.slice(dot + 1) };
}
