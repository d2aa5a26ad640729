import type { Run } from '../../src/streams/cut.ts';
import type { InputItem } from '../../src/streams/types.ts';
import { textsOf } from './read-all.ts';

/** Text records as a decoded run, whose first record has number `base` of the input. */
export function textRun(texts: readonly string[], base = 0): Run {
  const parts = texts.map((text) => Buffer.from(text));
  const bounds = new Uint32Array(parts.length + 1);
  parts.forEach((part, i) => {
    bounds[i + 1] = bounds[i]! + part.length;
  });
  return {
    form: 'text',
    data: Buffer.concat(parts),
    count: parts.length,
    bounds,
    next: Uint32Array.from(parts, (_, i) => i + 1),
    base,
  };
}

/** A batch as its texts and position, anything else by what it is. */
export function shown(item: InputItem | undefined): unknown {
  if (item === undefined) return undefined;
  if (item.kind === 'batch') return [textsOf(item.records), (item.position as { record: number }).record];
  return item.kind === 'control' ? item.control.kind : item.kind;
}

export const positionOf = (record: number) => ({ record });
