import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { describeSystemError } from '../util/system-error.ts';
import { findFile } from './file-place.ts';

const SCHEME = 'secret://';
const DEFAULT_ROOT = '/run/secrets';

/**
 * The value that `secret://NAME` (a file in `$SECRET_PATH_ROOT`, by default /run/secrets) or `secret:///PATH` refers to;
 * any other text is the value itself. One newline at the end of the file is not part of it.
 * @param dataRoot where the file of a PATH must lie, as those of streams; null: anywhere. The folder of NAMEs is the operator's own.
 * @throws FastScoreError STREAM_FAILED, BAD_DESCRIPTOR, without any value
 */
export async function resolveSecret(text: string, dataRoot: string | null): Promise<string> {
  if (!text.startsWith(SCHEME)) return text;
  const name = text.slice(SCHEME.length);
  const value = name.startsWith('/')
    ? readAt(text, name, dataRoot)
    : readAt(text, resolve(process.env.SECRET_PATH_ROOT ?? DEFAULT_ROOT, checkedName(name)), null);
  return (await value).replace(/\r?\n$/, '');
}

/** The same for each member of an object, such as headers. */
export async function resolveSecrets<T extends object>(texts: T, dataRoot: string | null): Promise<T> {
  const entries = Object.entries(texts).map(
    async ([name, text]: [string, string]) => [name, await resolveSecret(text, dataRoot)] as const,
  );
  return Object.fromEntries(await Promise.all(entries)) as T;
}

async function readAt(secret: string, path: string, dataRoot: string | null): Promise<string> {
  try {
    const place = await findFile(path, dataRoot);
    const handle = await open(place.path, constants.O_RDONLY | (dataRoot === null ? 0 : constants.O_NOFOLLOW));
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof FastScoreError) {
      throw new FastScoreError('BAD_DESCRIPTOR', `secret '${secret}' cannot be used: ${error.message}`, {
        hint: dataRoot === null ? 'Give the path of a file' : HINT_IN_ROOT,
      });
    }
    throw new FastScoreError('STREAM_FAILED', `secret '${secret}' cannot be read: ${describeSystemError(error)}`, {
      hint: 'Secrets are files in /run/secrets, or in the folder that SECRET_PATH_ROOT names',
    });
  }
}

const HINT_IN_ROOT =
  'This engine keeps files to its data root: put the secret in the folder of secrets, as secret://NAME';

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new FastScoreError('BAD_DESCRIPTOR', `'${SCHEME}${name}' is not the name of a secret`, {
    hint: 'Use letters, digits, dots, hyphens and underscores, or secret:///absolute/path',
  });
}
