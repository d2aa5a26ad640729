import { orderInSteps } from '../../util/order-in-steps.ts';
import type { Block } from './block.ts';
import { blockOf } from './block.ts';
import type { FreshLine } from './merge-lines.ts';
import { mergeLines } from './merge-lines.ts';

/** How much is packed, and how much of it at a time. */
export interface PackingSizes {
  /** So many keys, and an eighth of those of the table, may be objects before they are packed. */
  readonly fewest: number;
  /** Lines of a block. */
  readonly mostLines: number;
  /** Stores for each step of packing, which takes some tenths of a millisecond. */
  readonly storesPerStep: number;
}

export const USUAL_PACKING: PackingSizes = { fewest: 16_384, mostLines: 4_096, storesPerStep: 64 };

/** What packing needs of a table. `Kept` is an object for each store of a key. */
export interface Packable<Kept extends object> {
  readonly pool: string | null;
  readonly unpacked: ReadonlyMap<string, Kept>;
  readonly blocks: readonly Block[];
  /** Whether it is worth a try. */
  mayPack(kept: Kept): boolean;
  /** Null when it cannot be a line; then it is not tried again. */
  toLine(name: string, kept: Kept): FreshLine | null;
  /** Puts `blocks` in the place of the one at `at`, if there is one; `packed` are no longer unpacked. */
  replace(at: number, blocks: readonly Block[], packed: readonly FreshLine[]): void;
}

/** Names looked at per step. */
const NAMES_PER_STEP = 4_096;
/** Lines made per step. */
const LINES_PER_STEP = 1_024;

/**
 * Moves what is unpacked in a table, and is not stored again meanwhile, into its lines. The table may change between the steps in any way; it is
 * whole after each of them.
 */
export function* packInSteps<Kept extends object>(
  table: Packable<Kept>,
  { mostLines }: PackingSizes,
): Generator<undefined, void, void> {
  const names: string[] = [];
  const found: Kept[] = [];
  let left = table.unpacked.size;
  for (const [name, kept] of table.unpacked) {
    if (left-- === 0) break;
    if (table.mayPack(kept)) {
      names.push(name);
      found.push(kept);
    }
    if (left % NAMES_PER_STEP === 0) yield;
  }
  const order = yield* orderInSteps(names.length, (place) => names[place] as string);
  for (let next = 0; next < order.length; ) {
    const at = Math.max(0, blockOf(table.blocks, names[order[next] as number] as string));
    const behind = table.blocks[at + 1];
    const fresh: FreshLine[] = [];
    const last = Math.min(order.length, next + LINES_PER_STEP);
    for (; next < last; next++) {
      const place = order[next] as number;
      const name = names[place] as string;
      if (behind !== undefined && behind.lines.compareName(0, name) <= 0) break;
      const kept = found[place] as Kept;
      // What is stored all the time stays where it is.
      const line = table.unpacked.get(name) === kept ? table.toLine(name, kept) : null;
      if (line !== null) fresh.push(line);
    }
    if (fresh.length > 0)
      table.replace(at, mergeLines(table.blocks[at], fresh, { pool: table.pool, mostLines }), fresh);
    yield;
  }
}
