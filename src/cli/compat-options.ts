import type { Output } from './output/output.ts';

/** As 1.10 did: a line on stdout for each option that is unknown or has a wrong value, and on goes the command. */
export async function dropUnknownOptions(
  words: readonly string[],
  known: readonly string[],
  out: Output,
): Promise<string[]> {
  const { MODEL_TYPE_NAMES } = await import('../model/types.ts');
  return words.filter((word) => {
    const complaint = complaintAbout(word, { known, types: MODEL_TYPE_NAMES });
    if (complaint !== undefined) out.line(complaint);
    return complaint === undefined;
  });
}

/** Values that 1.10 looked at before the command did. */
const IS_VALID: Readonly<Record<string, (value: string) => boolean>> = {
  '--count': (value) => /^\d+$/.test(value),
  '--since': isDate,
  '--until': isDate,
  '--schema': (value) => value.includes(':'),
};

function complaintAbout(
  word: string,
  { known, types }: { known: readonly string[]; types: ReadonlySet<string> },
): string | undefined {
  if (!word.startsWith('-') || word === '-') return undefined;
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  if (!known.includes(name)) return `Unknown option '${word}' ignored`;
  if (at === -1) return undefined;
  const value = word.slice(at + 1);
  if (name === '--type' && !types.has(value)) return `Model type '${value}' is unknown`;
  // Spelled as it was typed then.
  return IS_VALID[name]?.(value) === false ? `Option '${name.slice(1)}:${value}' ignored` : undefined;
}

function isDate(value: string): boolean {
  return !Number.isNaN(Date.parse(value));
}
