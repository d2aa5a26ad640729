import { jsonEqual } from '../../util/json-equal.ts';
import type { Entry } from '../state/entry.ts';
import type { Key } from '../state/key.ts';
import { compareKeys, keyId } from '../state/key.ts';
import type { StateValue } from '../state/value.ts';

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
 * Two values with a JSON view are the same when the views say the same (see `jsonEqual`): the same data may make other native bytes,
 * or none in the other language. Without a view the native bytes decide.
 */
function sameValue(left: StateValue, right: StateValue): boolean {
  if (left.json !== null && right.json !== null) return jsonEqual(left.json, right.json);
  if (left.json !== null || right.json !== null || left.native === null || right.native === null) return false;
  return left.native.language === right.native.language && left.native.data.equals(right.native.data);
}
