import type { Fleet } from './fleet.ts';

/** One thing that the REST API of 1.10 does, and how it is tried. Throws when it is done otherwise. */
export interface Row {
  readonly what: string;
  readonly attempt: (fleet: Fleet) => Promise<void>;
}

/** Rows of a part of the API, tried in order against one server. */
export interface Part {
  readonly title: string;
  readonly rows: readonly Row[];
}

export const row = (what: string, attempt: Row['attempt']): Row => ({ what, attempt });
