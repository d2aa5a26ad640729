import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/util/package-root.ts';
import type { Verdict } from './row.ts';

/** What docs/compatibility.md promises: outcome by call. */
export async function readPromises(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile(join(packageRoot, 'docs', 'compatibility.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([^|]+)`([^|]*) \| (works|differs|missing) \|/gm)];
  return new Map(rows.map(([, code, rest, outcome]) => [`\`${code}\`${rest}`, outcome!]));
}

/** How a call stands in the first column: what is typed as code, the case after it as words. */
export function cellOf(call: string): string {
  const [code, ...rest] = call.split(/(?=[,:] )/);
  return `\`${code}\`${rest.join('')}`;
}

/** The table for people: command or call, outcome, what was seen instead. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ call }) => call.length));
  const lines = verdicts.map(({ call, outcome, detail }) => `${call.padEnd(width)}  ${outcome}  ${detail}`.trimEnd());
  const works = verdicts.filter(({ outcome }) => outcome === 'works').length;
  return `${lines.join('\n')}\n\n${works} of ${verdicts.length} rows work\n`;
}
