import { closest, distance } from 'fastest-levenshtein';

/**
 * The known name that `name` was probably meant to be, undefined when none is near. Upper and lower case do not
 * count as a difference.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const wanted = name.toLowerCase();
  const lower = known.map((candidate) => candidate.toLowerCase());
  const swapped = lower.findIndex((candidate) => areSwapped(wanted, candidate));
  if (swapped !== -1) return known[swapped];
  const nearest = closest(wanted, lower);
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, nearest.length) * 0.4));
  return distance(wanted, nearest) <= allowed ? known[lower.indexOf(nearest)] : undefined;
}

/** Whether two neighbouring letters have changed places: the distance counts that as two changes. */
function areSwapped(one: string, other: string): boolean {
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return at !== -1 && `${one.slice(0, at)}${one[at + 1]}${one[at]}${one.slice(at + 2)}` === other;
}
