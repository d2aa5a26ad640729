import { resolve } from 'node:path';
import type { Target } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { SavedConnection } from './connection-file.ts';
import type { Io } from './io.ts';

/**
 * Where a server is: a URL, or a Unix socket as `unix:PATH` or as a path with a `/` in it.
 * @param authorization what is sent as the header of that name
 * @throws FastScoreError BAD_INPUT when `address` is neither
 */
export function parseTarget(address: string, cwd: string, authorization?: string): Target {
  const headers = authorization === undefined ? {} : { headers: { authorization } };
  if (!address.startsWith('unix:') && address.includes('://')) return { kind: 'url', url: address, ...headers };
  const path = socketPathIn(address);
  if (path !== '') return { kind: 'socket', path: resolve(cwd, path), ...headers };
  throw new FastScoreError('BAD_INPUT', 'Proxy prefix must be an URL, e.g. https://dashboard:8000', {
    hint: /^[\w.-]+(?::\d+)?$/.test(address) ? `http://${address}` : 'A Unix socket is given as unix:/path',
  });
}

/**
 * Where commands go: `--url`, else `FASTSCORE_URL`, else what `connect` saved; null: to the user's own engine.
 * @param url what `--url` says
 */
export function chosenTarget({ env, cwd }: Io, saved: SavedConnection | null, url?: string): Target | null {
  const token = env.FASTSCORE_TOKEN;
  const address = url ?? (env.FASTSCORE_URL || undefined);
  if (address === undefined) return savedTarget(saved, cwd, token);
  return parseTarget(address, cwd, token === undefined ? undefined : bearer(token));
}

/** A target as `connect` takes it. */
export const addressOf = (target: Target): string => (target.kind === 'url' ? target.url : `unix:${target.path}`);

/** The server that `connect` saved; null when it saved none. */
export function savedTarget(saved: SavedConnection | null, cwd: string, token?: string): Target | null {
  if (saved?.url === undefined) return null;
  const authorization = token === undefined ? saved.authorization : bearer(token);
  const target = {
    ...parseTarget(saved.url, cwd),
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(saved.cookie === undefined ? {} : { cookie: saved.cookie }),
    },
  };
  return target.kind === 'url' && saved.ca !== undefined ? { ...target, ca: saved.ca } : target;
}

export const bearer = (token: string): string => `Bearer ${token}`;

/** @throws FastScoreError BAD_INPUT for a name that cannot be told from the password */
export function assertUserName(name: string): void {
  if (name === '' || name.includes(':')) throw new FastScoreError('BAD_INPUT', 'invalid username');
}

/**
 * @returns the value of an Authorization header
 * @throws FastScoreError BAD_INPUT, see `assertUserName`
 */
export function basic(name: string, password: string): string {
  assertUserName(name);
  // Quoted as clients of 1.10 do.
  const credentials = `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function socketPathIn(address: string): string {
  if (address.startsWith('unix:')) return address.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
  return address.includes('/') ? address : '';
}
