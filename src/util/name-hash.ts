/** A hash of 32 bits of a sequence of code units (FNV-1a): begin with {@link HASH_START}, go on with each unit, end with {@link hashEnd}. */
export const HASH_START = 0x811c9dc5 | 0;

export const hashOn = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

/** Lets the first units show in all bits. */
export function hashEnd(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
