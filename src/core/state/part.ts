import type { Entry } from './entry.ts';
import { PackedLines } from './packed-lines.ts';

/** A piece of a state: one entry, or many of one pool (or of the cells) in a row that lie in memory as text. */
export type Part = Entry | PackedLines;

/** Whether it is many entries as text rather than one. */
export function isPacked(part: Part): part is PackedLines {
  return part instanceof PackedLines;
}

export function* entriesOf(parts: Iterable<Part>): Generator<Entry, void, void> {
  for (const part of parts) {
    if (!isPacked(part)) yield part;
    else for (let index = 0; index < part.count; index++) yield part.entry(index);
  }
}
