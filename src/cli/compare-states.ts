import type { Difference } from '../core/snapshot/diff.ts';
import { diffEntries, sharedLanguage } from '../core/snapshot/diff.ts';
import type { Entry } from '../core/state/entry.ts';
import { describeKey } from '../core/state/key.ts';
import type { NativeLanguage } from '../core/state/value.ts';
import type { Verdict } from '../jets/native-equality.ts';
import type { Cli } from './command.ts';
import { printableLine } from './output/printable.ts';

export interface StatePair {
  readonly before: Iterable<Entry>;
  readonly after: Iterable<Entry>;
  /** Whether objects may be opened in a way that can run their code. */
  readonly trusted: boolean;
}

/**
 * What leads from one state to the other. Objects with different bytes are compared by their language; those that it cannot
 * compare are different, unless people can read both and read the same, and a warning tells why.
 */
export async function compareStates(cli: Cli, { before, after, trusted }: StatePair): Promise<Difference[]> {
  const differences = diffEntries(before, after);
  const same = new Set<Difference>();
  for (const language of ['python', 'R'] as const) {
    const asked = differences.filter((difference) => sharedLanguage(difference) === language);
    if (asked.length === 0) continue;
    const verdicts = await judge(cli, language, { asked, trusted });
    for (const [index, difference] of asked.entries()) {
      const verdict = verdicts[index] ?? { unknown: 'no answer' };
      if (verdict === 'same' || (typeof verdict === 'object' && difference.after?.json != null)) same.add(difference);
    }
    warnOfUnknown(cli, language, { asked, verdicts });
  }
  return differences.filter((difference) => !same.has(difference));
}

async function judge(
  cli: Cli,
  language: NativeLanguage,
  { asked, trusted }: { asked: readonly Difference[]; trusted: boolean },
): Promise<Verdict[]> {
  if (language === 'R' && !trusted) return asked.map(() => ({ unknown: '--trust lets R open those of a file' }));
  const { askLanguage } = await import('../jets/native-equality.ts');
  const pairs = asked.map(({ before, after }) => ({ before: before!.native!.data, after: after!.native!.data }));
  try {
    return await askLanguage(language, pairs, cli.home.cache);
  } catch (error) {
    return asked.map(() => ({ unknown: (error as Error).message }));
  }
}

/** One line per language: the others are likely to have the same reason. */
function warnOfUnknown(
  cli: Cli,
  language: NativeLanguage,
  { asked, verdicts }: { asked: readonly Difference[]; verdicts: readonly Verdict[] },
): void {
  const unknown = verdicts.flatMap((verdict, index) => (typeof verdict === 'object' ? [{ verdict, index }] : []));
  const [first] = unknown;
  if (first === undefined) return;
  const name = printableLine(describeKey(asked[first.index]!.key));
  const which = unknown.length === 1 ? name : `${name} and ${unknown.length - 1} more`;
  const owner = language === 'R' ? 'R' : 'Python';
  const reason = printableLine(first.verdict.unknown);
  cli.out.warn(`${owner} could not compare ${which} (${reason}): their JSON views decide, else their bytes`);
}
