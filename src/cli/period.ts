const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Seconds, or a number with a unit (`500ms`, `30s`, `15m`, `2h`), or `never`.
 * @returns milliseconds, Infinity for `never`; null for anything else
 */
export function parsePeriod(text: string): number | null {
  if (text === 'never') return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,9}(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const milliseconds = match === null ? 0 : Number(match[1]) * UNIT_MS[match[2] ?? 's']!;
  return milliseconds > 0 ? milliseconds : null;
}
