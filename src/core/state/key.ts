/** A key is one cell, or one item of one pool: the unit of atomicity. */
export type Key =
  | { readonly kind: 'cell'; readonly name: string }
  | { readonly kind: 'item'; readonly pool: string; readonly item: string };

export const cellKey = (name: string): Key => ({ kind: 'cell', name });
export const itemKey = (pool: string, item: string): Key => ({ kind: 'item', pool, item });

/** How a key is written for people: `cell 'total'`, `item 'x' of pool 'counter'`. */
export function describeKey(key: Key): string {
  return key.kind === 'cell' ? `cell '${key.name}'` : `item '${key.item}' of pool '${key.pool}'`;
}

/** A string that no other key has, for use in a Map. */
export function keyId(key: Key): string {
  return key.kind === 'cell' ? `c${key.name}` : `i${key.pool.length}:${key.pool}${key.item}`;
}

/** The one order of keys: cells by name, then items by pool and name; names by UTF-16 code units, as `<` compares. */
export function compareKeys(left: Key, right: Key): number {
  if (left.kind === 'cell') return right.kind === 'cell' ? compareText(left.name, right.name) : -1;
  if (right.kind === 'cell') return 1;
  return compareText(left.pool, right.pool) || compareText(left.item, right.item);
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
