import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `name` is most likely a misspelling of, upper and lower case apart; null when none is near. */
export function nearName(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const wanted = name.toLowerCase();
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  const best = closest(wanted, lower);
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return distance(wanted, best) <= most ? (candidates[lower.indexOf(best)] ?? null) : null;
}
