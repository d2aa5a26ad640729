import { isDeepStrictEqual } from 'node:util';
import { isSecretName, MASK, replaceSecrets, shownSecret } from './secrets-in-text.ts';

type Hide = (text: string, name?: string) => string;

/**
 * A text or any JSON value fit to be shown: with stars in the place of passwords, tokens and the like, told by the names of their members
 * or by what stands before them in a text, see `replaceSecrets`. References such as `secret://db` are no secrets. Returns `value`
 * itself when there is nothing to hide.
 */
export function masked<T>(value: T): T {
  return walk(value, undefined, hide) as T;
}

/** The same for JSON as a text, which stays as it is when there is nothing to hide. */
export function maskedJson(text: string): string {
  const value: unknown = JSON.parse(text);
  const shown = masked(value);
  return shown === value ? text : JSON.stringify(shown, null, 2);
}

/** Whether something in `value` has been masked. */
export function isMasked(value: unknown): boolean {
  let found = false;
  walk(value, undefined, (text, name) => {
    if (!text.includes(MASK)) return text;
    if (name !== undefined && isSecretName(name)) found ||= text === MASK;
    else {
      replaceSecrets(text, (secret) => {
        found ||= secret === MASK;
        return secret;
      });
    }
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

const hide: Hide = (text, name) =>
  name !== undefined && isSecretName(name) ? shownSecret(text) : replaceSecrets(text, () => MASK);

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

function walk(value: unknown, name: string | undefined, change: Hide): unknown {
  if (typeof value === 'string') return change(value, name);
  // YAML makes numbers of passwords that are made of digits.
  if (typeof value === 'number' && name !== undefined && isSecretName(name)) return change(String(value), name);
  if (typeof value !== 'object' || value === null) return value;
  const before = Object.entries(value);
  // The members of a list are what the list is.
  const after = before.map(([key, child]) => [key, walk(child, Array.isArray(value) ? name : key, change)] as const);
  if (after.every(([, child], index) => child === before[index]?.[1])) return value;
  return Array.isArray(value) ? after.map(([, child]) => child) : Object.fromEntries(after);
}
