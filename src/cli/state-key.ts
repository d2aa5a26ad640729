import type { StateInfo } from '../api/shapes.ts';
import type { Key } from '../core/state/key.ts';
import { cellKey, itemKey } from '../core/state/key.ts';
import { RawJson } from './output/json.ts';

/** One word names a cell, two words an item of a pool. */
export function parseKey(name: string, item: string | undefined): Key {
  return item === undefined ? cellKey(name) : itemKey(name, item);
}

/** A key with its value as data; a value that only its language can open has none. */
export function stateDocument(info: StateInfo): Record<string, unknown> {
  const name = info.kind === 'cell' ? { cell: info.name } : { pool: info.name, item: info.item };
  const { type, bytes, version, json, updated_on, lent_to, lent_since, shared, waiting } = info;
  const value = json === null ? {} : { value: new RawJson(json) };
  return { ...name, type, bytes, version, updated_on, lent_to, lent_since, shared, waiting, ...value };
}
