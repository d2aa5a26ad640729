import { closest, distance } from 'fastest-levenshtein';

/** The known name that `name` was probably meant to be, undefined when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(name, known);
  const allowed = Math.max(1, Math.floor(Math.max(name.length, nearest.length) * 0.4));
  return distance(name, nearest) <= allowed ? nearest : undefined;
}
