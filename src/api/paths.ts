import type { Key } from '../core/state/key.ts';

/** Where a proxy, and our own server, put the instances of a fleet. */
export const SERVICE_BASE = '/api/1/service';

/** The instance that knows the others. Its name needs no look-up. */
export const CONNECT_INSTANCE = 'connect';

/** One path from its segments, each percent-encoded, so that a `/` inside a name does not split it. */
export function pathOf(...segments: (string | number)[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/**
 * Path, with query, of one key under `/2/active/state`. The last name goes into the query when it would not
 * survive as a path segment.
 */
export function statePath(key: Key): string {
  return key.kind === 'cell'
    ? `/2/active/state/cell${lastSegment('name', key.name)}`
    : `/2/active/state/pool${pathOf(key.pool)}${lastSegment('item', key.item)}`;
}

function lastSegment(parameter: string, name: string): string {
  return name === '' || name === '.' || name === '..' ? `?${parameter}=${name}` : pathOf(name);
}
