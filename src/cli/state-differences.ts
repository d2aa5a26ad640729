import type { Difference } from '../core/snapshot/diff.ts';
import { describeKey } from '../core/state/key.ts';
import type { StateValue } from '../core/state/value.ts';
import type { Colours } from './output/colours.ts';
import { RawJson } from './output/json.ts';
import { printableLine } from './output/printable.ts';
import { shorten } from './shorten.ts';

const LONGEST_VALUE = 100;

/** One line per key; empty when there is none. */
export function renderDifferences(differences: readonly Difference[], colours: Colours): string {
  return differences.map((difference) => renderDifference(difference, colours)).join('\n');
}

/** A difference as `--json` prints it. */
export function differenceDocument({ kind, key, before, after }: Difference): unknown {
  const name = key.kind === 'cell' ? { cell: key.name } : { pool: key.pool, item: key.item };
  return { kind, ...name, before: valueDocument(before), after: valueDocument(after) };
}

function renderDifference({ kind, key, before, after }: Difference, colours: Colours): string {
  const name = printableLine(describeKey(key));
  switch (kind) {
    case 'added':
      return colours.green(`+ ${name}: ${describeValue(after)}`);
    case 'removed':
      return colours.red(`- ${name}: ${describeValue(before)}`);
    case 'changed':
      return colours.yellow(`~ ${name}: ${describeValue(before)} -> ${describeValue(after)}`);
  }
}

function describeValue(value: StateValue): string {
  if (value.json !== null) return shorten(printableLine(value.json), LONGEST_VALUE);
  return `<${value.native?.language ?? 'unknown'} object of ${value.native?.data.length ?? 0} bytes>`;
}

/** Left out where there is no value at all. */
function valueDocument(value: StateValue | null): unknown {
  if (value === null) return undefined;
  if (value.json !== null) return new RawJson(value.json);
  return { language: value.native?.language, bytes: value.native?.data.length };
}
