import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { MASK } from '../util/masked.ts';

const SCHEME = 'secret://';
const DEFAULT_ROOT = '/run/secrets';

/**
 * The value that `secret://NAME` (a file in `$SECRET_PATH_ROOT`, by default /run/secrets) or `secret:///PATH` refers to;
 * any other text is the value itself. One newline at the end of the file is not part of it.
 * @throws FastScoreError STREAM_FAILED, without any value
 */
export async function resolveSecret(text: string): Promise<string> {
  if (!text.startsWith(SCHEME)) return text;
  const name = text.slice(SCHEME.length);
  const path = name.startsWith('/') ? name : join(process.env.SECRET_PATH_ROOT ?? DEFAULT_ROOT, checkedName(name));
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FastScoreError('STREAM_FAILED', `secret '${text}' cannot be read: ${code ?? 'unknown error'}`, {
      hint: 'Secrets are files in /run/secrets, or in the folder that SECRET_PATH_ROOT names',
    });
  }
}

/** A secret for dry runs: a reference as it is, a value masked. */
export function shownSecret(text: string): string {
  return text.startsWith(SCHEME) ? text : MASK;
}

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new FastScoreError('BAD_DESCRIPTOR', `'${SCHEME}${name}' is not the name of a secret`, {
    hint: 'Use letters, digits, dots, hyphens and underscores, or secret:///absolute/path',
  });
}
