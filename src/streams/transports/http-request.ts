import { FastScoreError } from '../../core/errors.ts';
import { resolveSecret } from '../secrets.ts';
import type { HttpPlace } from './http-place.ts';

/** Header values with secrets in their place. */
export async function headersOf({ headers }: HttpPlace): Promise<Record<string, string>> {
  const entries = Object.entries(headers).map(async ([name, value]) => [name, await resolveSecret(value)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** What a status that is no success means: an Error when trying again may help, else a FastScoreError. */
export function statusFailure(status: number): Error {
  const text = `the server answered with status ${status}`;
  if (status === 408 || status === 429 || status >= 500) return new Error(text);
  const hint = status >= 300 && status < 400 ? { hint: 'Redirects are not followed: use the final address' } : {};
  return new FastScoreError('STREAM_FAILED', text, hint);
}
