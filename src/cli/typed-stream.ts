import { resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { expandLiteral, isLiteral } from '../streams/literal.ts';

export interface NamedDescriptor {
  readonly name: string;
  readonly descriptor: unknown;
}

/**
 * The stream that stands in the word itself: a literal such as `inline:1,2,3`, or a descriptor as JSON.
 * @param cwd directory that relative paths start from
 * @returns null for the name of a stored stream or of a file
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function typedStream(text: string, cwd: string): NamedDescriptor | null {
  if (/^\s*\{/.test(text)) return { ...expandLiteral('rest:'), descriptor: typedDescriptor(text) };
  return isLiteral(text) ? expandLiteral(withAbsolutePath(text, cwd)) : null;
}

/** Files are named from where the person stands, who may stand elsewhere than the engine. 1.10 refused relative paths. */
function withAbsolutePath(literal: string, cwd: string): string {
  const path = /^file:(?!\/)(.+)$/s.exec(literal)?.[1];
  return path === undefined ? literal : `file:${resolve(cwd, path)}`;
}

function typedDescriptor(text: string): unknown {
  const descriptor = parseJson(text);
  const names = Object.keys(descriptor);
  if (names.includes('Transport')) return descriptor;
  const misspelt = names.find((name) => name.toLowerCase() === 'transport');
  throw new FastScoreError('BAD_DESCRIPTOR', 'The stream descriptor on the command line has no Transport', {
    hint: misspelt === undefined ? `Write it like this: ${EXAMPLE}` : `Write Transport, not ${misspelt}`,
  });
}

/** What a shell leaves of JSON without quotes around it is none. */
function parseJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    const problem = `The stream descriptor on the command line is not JSON: ${(cause as Error).message}`;
    throw new FastScoreError('BAD_DESCRIPTOR', problem, { hint: `Put it in single quotes: ${EXAMPLE}`, cause });
  }
}

const EXAMPLE = `'{"Transport": {"Type": "inline", "Data": ["1", "2"]}, "Encoding": "json"}'`;
