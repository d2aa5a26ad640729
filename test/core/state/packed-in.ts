import type { Entry } from '../../../src/core/state/entry.ts';
import { compareKeys } from '../../../src/core/state/key.ts';
import { beforeName, PackedLines } from '../../../src/core/state/packed-lines.ts';
import type { Part } from '../../../src/core/state/part.ts';

/** JSON values under plain names, in order, as lines of at most `size` entries; 0 leaves entries as they are. */
export function packedIn(entries: readonly Entry[], size: number): Part[] {
  const sorted = [...entries].sort(([left], [right]) => compareKeys(left, right));
  if (size === 0) return sorted;
  const parts: Part[] = [];
  for (let at = 0; at < sorted.length; ) {
    const pool = poolOf(sorted[at] as Entry);
    const run = sorted.slice(at, at + size);
    const other = run.findIndex((entry) => poolOf(entry) !== pool);
    const lines = run.slice(0, other < 0 ? run.length : other).map(lineOf);
    parts.push(new PackedLines(pool, Buffer.from(lines.join('')), startsOf(lines)));
    at += lines.length;
  }
  return parts;
}

const poolOf = ([key]: Entry): string | null => (key.kind === 'cell' ? null : key.pool);

const lineOf = (entry: Entry): string => {
  const [key, { json }] = entry;
  return `${beforeName(poolOf(entry))}${key.kind === 'cell' ? key.name : key.item}","value":${json}}\n`;
};

function startsOf(lines: readonly string[]): Uint32Array {
  const starts = new Uint32Array(lines.length + 1);
  lines.forEach((line, index) => {
    starts[index + 1] = (starts[index] as number) + line.length;
  });
  return starts;
}
