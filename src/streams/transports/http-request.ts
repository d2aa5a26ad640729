import { FastScoreError } from '../../core/errors.ts';
import { resolveSecrets } from '../secrets.ts';
import type { HttpPlace } from './http-place.ts';
import type { OpenTransportOptions } from './transport.ts';

/** Header values with secrets in their place. */
export function headersOf(
  { headers }: HttpPlace,
  { dataRoot }: Pick<OpenTransportOptions, 'dataRoot'>,
): Promise<Readonly<Record<string, string>>> {
  return resolveSecrets(headers, dataRoot);
}

/** What a status that is no success means: an Error when trying again may help, else a FastScoreError. */
export function statusFailure(status: number): Error {
  const text = `the server answered with status ${status}`;
  if (status === 408 || status === 429 || status >= 500) return new Error(text);
  const hint = status >= 300 && status < 400 ? { hint: 'Redirects are not followed: use the final address' } : {};
  return new FastScoreError('STREAM_FAILED', text, hint);
}
