import type { Key } from '../core/state/key.ts';
import type { StateStore } from '../core/state/store.ts';
import type { Stored } from '../core/state/stored.ts';
import type { StateEntry } from './types.ts';

/** Who works with a key, and who waits for it, by numbers of jets. */
export type Standing = Pick<StateEntry, 'lentTo' | 'lentForMs' | 'shared' | 'waiting'>;

/** Everything in the store as people see it: cells first, then pools, each sorted. */
export function* stateEntries(store: StateStore, standingOf: (key: Key) => Standing): Generator<StateEntry> {
  for (const [key, stored] of store.cells()) yield stateEntry(key, stored, standingOf(key));
  for (const pool of store.pools()) {
    for (const [key, stored] of store.items(pool)) yield stateEntry(key, stored, standingOf(key));
  }
}

export function stateEntry(key: Key, { value, version, updatedAt }: Stored, standing: Standing): StateEntry {
  const { json, native } = value;
  const bytes = (json === null ? 0 : Buffer.byteLength(json)) + (native?.data.length ?? 0);
  return { key, version, bytes, type: typeName(json, native?.language ?? null), json, native, updatedAt, ...standing };
}

function typeName(json: string | null, language: string | null): string {
  if (json === null) return language === 'R' ? 'R object' : 'python object';
  switch (json.trimStart()[0]) {
    case '{':
      return 'map';
    case '[':
      return 'list';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}
