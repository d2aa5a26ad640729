import type { Key } from './key.ts';
import type { StateValue } from './value.ts';

/** A key with its value. Lists of entries are in the order of `compareKeys` unless they say otherwise. */
export type Entry = readonly [Key, StateValue];
