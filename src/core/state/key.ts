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
