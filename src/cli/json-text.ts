import { FastScoreError } from '../core/errors.ts';

/** `bytes` as text, when they are one JSON document. */
export function jsonText(bytes: Buffer, what: string): string {
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `${what} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
