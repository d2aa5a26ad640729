import { jsonEqual } from '../../util/json-equal.ts';
import type { Entry } from '../state/entry.ts';
import type { Key } from '../state/key.ts';
import { compareKeys, keyId } from '../state/key.ts';
import type { NativeLanguage, StateValue } from '../state/value.ts';

export type Difference =
  | { readonly kind: 'added'; readonly key: Key; readonly before: null; readonly after: StateValue }
  | { readonly kind: 'removed'; readonly key: Key; readonly before: StateValue; readonly after: null }
  | { readonly kind: 'changed'; readonly key: Key; readonly before: StateValue; readonly after: StateValue };

/** What leads from `before` to `after`, in the order of `compareKeys`. The lists may be in any order. */
export function diffEntries(before: Iterable<Entry>, after: Iterable<Entry>): Difference[] {
  const old = new Map<string, Entry>();
  for (const entry of before) old.set(keyId(entry[0]), entry);
  const differences: Difference[] = [];
  for (const [key, value] of after) {
    const id = keyId(key);
    const previous = old.get(id)?.[1];
    old.delete(id);
    if (previous === undefined) differences.push({ kind: 'added', key, before: null, after: value });
    else if (!sameValue(previous, value)) differences.push({ kind: 'changed', key, before: previous, after: value });
  }
  for (const [key, value] of old.values()) differences.push({ kind: 'removed', key, before: value, after: null });
  return differences.sort((left, right) => compareKeys(left.key, right.key));
}

/**
 * Of two values of one language its bytes decide; other bytes may say the same all the same, which that language alone can tell (see
 * `sharedLanguage`). Else the JSON views decide (see `jsonEqual`): the other language makes other bytes of the same data, or none.
 */
function sameValue(left: StateValue, right: StateValue): boolean {
  if (left.native !== null && left.native.language === right.native?.language) {
    return left.native.data.equals(right.native.data);
  }
  return left.json !== null && right.json !== null && jsonEqual(left.json, right.json);
}

/** The language that can tell whether two values with different bytes are the same; null when there is none. */
export function sharedLanguage({ before, after }: Difference): NativeLanguage | null {
  const language = before?.native?.language ?? null;
  return language !== null && language === after?.native?.language && viewsAgree(before, after) ? language : null;
}

/** Whether two values may be the same as far as people can read them. */
export function viewsAgree(left: StateValue | null, right: StateValue | null): boolean {
  const [a, b] = [left?.json ?? null, right?.json ?? null];
  return a === null || b === null ? a === b : jsonEqual(a, b);
}
