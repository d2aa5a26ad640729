import { Block } from './block.ts';
import { Column } from './column.ts';
import { PackedLines } from './packed-lines.ts';

/** A line that is to enter a block. */
export interface FreshLine {
  readonly name: string;
  /** ASCII, with its newline. */
  readonly text: string;
  readonly version: number;
  readonly updatedAt: number;
  readonly restored: boolean;
}

/** Above this a block is cut: it is copied in one step. */
const MOST_BYTES = 1 << 20;

/**
 * The live lines of `block`, if there is one, and `fresh` ones between them, as new blocks that share no memory with the old one.
 * @param fresh in order, under names that no live line has
 */
export function mergeLines(
  block: Block | undefined,
  fresh: readonly FreshLine[],
  { pool, mostLines }: { readonly pool: string | null; readonly mostLines: number },
): Block[] {
  const merged = new MergedLines(block, fresh);
  if (block === undefined) for (const line of fresh) merged.add(line);
  else {
    let from = 0;
    for (const line of fresh) {
      const to = block.lines.firstNotBefore(line.name, from);
      merged.addLive(block, from, to);
      merged.add(line);
      from = to;
    }
    merged.addLive(block, from, block.lines.count);
  }
  const pieces = Math.max(Math.ceil(merged.count / mostLines), Math.ceil(merged.size / MOST_BYTES));
  return Array.from({ length: pieces }, (_, piece) => {
    const from = Math.floor((merged.count * piece) / pieces);
    return merged.toBlock(pool, from, Math.floor((merged.count * (piece + 1)) / pieces));
  }).filter(({ liveCount }) => liveCount > 0);
}

/** One merge comes after the other: their memory is used again, because new memory costs more than what is done with it. */
const scratch = {
  bytes: Buffer.alloc(0),
  starts: new Uint32Array(0),
  versions: new Float64Array(0),
  times: new Float64Array(0),
  restored: new Uint8Array(0),
};

class MergedLines {
  count = 0;
  size = 0;
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array;
  readonly #versions: Float64Array;
  readonly #times: Float64Array;
  readonly #restored: Uint8Array;

  constructor(block: Block | undefined, fresh: readonly FreshLine[]) {
    const size = fresh.reduce((sum, { text }) => sum + text.length, block === undefined ? 0 : block.lines.bytes.length);
    if (scratch.bytes.length < size) scratch.bytes = Buffer.allocUnsafeSlow(2 * size);
    this.#bytes = scratch.bytes;
    const count = fresh.length + (block?.liveCount ?? 0);
    if (scratch.starts.length < count) {
      scratch.starts = new Uint32Array(2 * count);
      scratch.versions = new Float64Array(2 * count);
      scratch.times = new Float64Array(2 * count);
      scratch.restored = new Uint8Array(2 * count);
    }
    this.#starts = scratch.starts;
    this.#versions = scratch.versions;
    this.#times = scratch.times;
    this.#restored = scratch.restored;
  }

  add({ text, version, updatedAt, restored }: FreshLine): void {
    this.#stamp(this.size, version, updatedAt, restored ? 1 : 0);
    this.size += this.#bytes.write(text, this.size, 'latin1');
  }

  /** Adds the live ones of the lines from `from` up to, not including, `to`. */
  addLive({ lines, live, stamps }: Block, from: number, to: number): void {
    const { versions, times, restored } = stamps;
    for (let line = from; line < to; line++) {
      if (live[line] !== 1) continue;
      const run = line;
      const behind = this.size - lines.offset(run);
      for (; line < to && live[line] === 1; line++) {
        this.#stamp(behind + lines.offset(line), versions.at(line), times.at(line), restored.at(line));
      }
      this.size += lines.bytes.copy(this.#bytes, this.size, lines.offset(run), lines.offset(line));
    }
  }

  toBlock(pool: string | null, from: number, to: number): Block {
    const startOf = (line: number) => (line < this.count ? (this.#starts[line] as number) : this.size);
    const [start, end] = [startOf(from), startOf(to)];
    const starts = new Uint32Array(to - from + 1);
    for (let line = from; line < to; line++) starts[line - from] = (this.#starts[line] as number) - start;
    starts[to - from] = end - start;
    const bytes = Buffer.allocUnsafeSlow(end - start);
    this.#bytes.copy(bytes, 0, start, end);
    return new Block(new PackedLines(pool, bytes, starts), {
      versions: new Column(this.#versions.subarray(from, to)),
      times: new Column(this.#times.subarray(from, to)),
      restored: new Column(this.#restored.subarray(from, to)),
    });
  }

  #stamp(start: number, version: number, time: number, restored: number): void {
    const line = this.count++;
    this.#starts[line] = start;
    this.#versions[line] = version;
    this.#times[line] = time;
    this.#restored[line] = restored;
  }
}
