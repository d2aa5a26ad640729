import { isDeepStrictEqual } from 'node:util';

/** What stands in the place of a secret. */
export const MASK = '*****';

const SECRET_NAME = /(?:password|passwd|passphrase|secret|token|authorization|credentials?|access_?key|api[-_]?key)$/i;
/** In the connection string of a database. */
const IN_PAIRS = /(\b(?:pwd|password)\s*=\s*)(?!secret:\/\/)(?:\{(?:[^}]|\}\})*\}|[^;\s][^;]*)/gi;
const IN_URL = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+@/gi;

/**
 * A JSON value with stars in the place of passwords and the like, told by the names of their members, and of the users
 * in URLs. References such as `secret://db` are no secrets. Returns `value` itself when there is nothing to hide.
 */
export function masked(value: unknown): unknown {
  return walk(value, undefined, (text, name) => {
    if (name !== undefined && SECRET_NAME.test(name)) return text.startsWith('secret://') || text === '' ? text : MASK;
    return text.replace(IN_URL, `$1${MASK}@`).replace(IN_PAIRS, `$1${MASK}`);
  });
}

/** Whether something in `value` has been masked. */
export function isMasked(value: unknown): boolean {
  let found = false;
  walk(value, undefined, (text, name) => {
    found ||=
      (name !== undefined && SECRET_NAME.test(name) && text === MASK) ||
      text.includes(`://${MASK}@`) ||
      text.includes(`=${MASK}`);
    return text;
  });
  return found;
}

/**
 * `value` with what `original` has where `value` has the stars for it. A secret comes back only together with all that
 * stands beside it: with another host in its Transport it would be sent there.
 * @param depth how deep down the members are that belong together: 1 for those of `value` itself, such as a Transport
 */
export function unmasked(value: unknown, original: unknown, depth = 1): unknown {
  return reveal(value, original, masked(original), depth);
}

function reveal(value: unknown, original: unknown, hidden: unknown, depth: number): unknown {
  if (isDeepStrictEqual(value, hidden)) return original;
  if (depth === 0 || !isBranch(value) || !isBranch(original) || !isBranch(hidden)) return value;
  const after = Object.entries(value).map(([key, child]) => [
    key,
    Object.hasOwn(original, key) ? reveal(child, original[key], hidden[key], depth - 1) : child,
  ]);
  return Array.isArray(value) ? after.map(([, child]) => child) : Object.fromEntries(after);
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function walk(value: unknown, name: string | undefined, hide: (text: string, name?: string) => string): unknown {
  if (typeof value === 'string') return hide(value, name);
  if (typeof value !== 'object' || value === null) return value;
  const before = Object.entries(value);
  // The members of a list are what the list is.
  const after = before.map(([key, child]) => [key, walk(child, Array.isArray(value) ? name : key, hide)] as const);
  if (after.every(([, child], index) => child === before[index]?.[1])) return value;
  return Array.isArray(value) ? after.map(([, child]) => child) : Object.fromEntries(after);
}
