import { isCanonicalScalar } from '../../util/canonical-json.ts';
import { endOfPlainJson } from '../../util/plain-json.ts';
import { LateValue } from './late-value.ts';
import { beforeName } from './packed-lines.ts';
import type { StateValue } from './value.ts';

/** Lines longer than this are not packed: one that is replaced takes its memory until its neighbours are replaced, too. */
export const LONGEST_PACKED_LINE = 4_096;

/**
 * The line that a snapshot has of an item (or of a cell, when `pool` is null), newline included, if it may lie in memory as that: it is short, shows its
 * names as they are, and gives back the very text of the value. null for the others.
 */
export function packableLine(pool: string | null, name: string, value: StateValue): string | null {
  if (value instanceof LateValue) return null;
  const { json, native } = value;
  if ((json === null && native === null) || !isPlain(name) || (pool !== null && !isPlain(pool))) return null;
  const rough = name.length + (json?.length ?? 0) + (native?.data.length ?? 0);
  if (rough > LONGEST_PACKED_LINE || (json !== null && !isCanonicalScalar(json) && !isPlainJson(json))) return null;
  const data = native === null ? '' : `,"${native.language}":"${native.data.toString('base64')}"`;
  const line = `${beforeName(pool)}${name}"${data}${json === null ? '' : `,"value":${json}`}}\n`;
  return line.length <= LONGEST_PACKED_LINE ? line : null;
}

/** Whether JSON shows the text as it is. */
export function isPlain(text: string): boolean {
  return /^[ !#-[\]-~]*$/.test(text);
}

const scratch = Buffer.alloc(3 * LONGEST_PACKED_LINE);

function isPlainJson(json: string): boolean {
  // As UTF-8, because anything that is not ASCII has to be seen as such.
  const length = scratch.write(json, 'utf8');
  return endOfPlainJson(scratch, 0, length) === length;
}
