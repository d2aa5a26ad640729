import { setTimeout as delay } from 'node:timers/promises';
import type { Committed } from './group-member.ts';
import { reasonOf } from './kafka-error.ts';

export interface OffsetCommitsOptions {
  /** @throws when it has not worked */
  commit(offsets: ReadonlyMap<number, Committed>): Promise<void>;
  /** Told why nothing can be committed for the time being, and null when it works again. */
  readonly onTrouble: (reason: string | null) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

interface Place {
  /** What was read first, since the partition is ours: what belongs to an earlier time is not committed. */
  readonly from: number;
  committed: Committed | null;
  wanted: Committed | null;
}

/**
 * Commits how far the partitions of a group that are ours have been used: one request at a time, with the newest there is, again and
 * again until it has worked.
 */
export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  readonly #places = new Map<number, Place>();
  #working: Promise<void> | null = null;
  #hasTrouble = false;

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** A partition is ours. @param from what is read of it first */
  place(partition: number, from: number, committed: Committed | null): void {
    this.#places.set(partition, { from, committed, wanted: null });
  }

  /** Nothing is ours any more. */
  release(): void {
    this.#places.clear();
  }

  want(partition: number, wanted: Committed): void {
    const place = this.#places.get(partition);
    if (place === undefined || wanted.offset < place.from) return;
    place.wanted = wanted;
    if (isDue(place)) this.#working ??= this.#work();
  }

  /** Resolves when all that is wanted is committed, or nothing is ours any more. */
  async settled(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    // What is wanted together goes together.
    await null;
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const due = [...this.#places].filter(([, place]) => isDue(place));
      if (due.length === 0) break;
      try {
        await this.#commit(due);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.#tell(`offsets are not committed: ${reasonOf(error)}`);
        await delay(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
      }
    }
    this.#working = null;
    this.#tell(null);
  }

  async #commit(due: readonly [number, Place][]): Promise<void> {
    const offsets = new Map(due.map(([partition, { wanted }]) => [partition, wanted!]));
    await this.#options.commit(offsets);
    for (const [partition, place] of due) place.committed = offsets.get(partition)!;
  }

  #tell(reason: string | null): void {
    if (reason === null && !this.#hasTrouble) return;
    this.#hasTrouble = reason !== null;
    this.#options.onTrouble(reason);
  }
}

function isDue({ wanted, committed }: Place): boolean {
  return wanted !== null && (wanted.offset !== committed?.offset || wanted.metadata !== committed.metadata);
}
