import type { Lendable } from '../protocol.ts';

/**
 * How jets come to a key that is not with them:
 *
 * | way | what a jet gets | leaves to |
 * | --- | --- | --- |
 * | key | the key, until another jet wants it | pool, for items; shared, for cells |
 * | pool | all items of the pool together | shared |
 * | shared | nothing: each operation is a request | key, when it is time to try again |
 */
export type Way = 'key' | 'pool' | 'shared';

export interface SharingPolicyOptions {
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
  /** After so many loans that others waited for they are judged. */
  readonly windowLoans?: number;
  /** After so many already when they are hopeless. */
  readonly fewLoans?: number;
  /** One way for all keys, without any measuring; cells are in no pool and lent by themselves then. */
  readonly always?: Way;
}

/**
 * Decides in which of the ways jets that compete for keys come to them.
 *
 * A lent key costs nothing while it is used, but only its holder goes on. That is best as long as a holder uses it often
 * before it has to give it back. When jets use many items of a pool in turn, each seldom, every use would be a handover: then
 * they hand over the pool as a whole. A jet that is alone has the pool as a whole from the start. When the model computes for
 * long between two uses, jets would wait for each other, and it is better to share the key: then each use is a round trip, and
 * nobody waits.
 *
 * All ways are judged by the time that passes per use. For lending it is measured while others wait; for sharing it is a guess
 * at first, and measured as soon as keys are shared. What is learnt counts for a cell, or for all items of a pool. Lending key by key is
 * tried again after a while, and each time it loses after twice as long; for all keys at once, because a model that uses a
 * shared key for each record makes bad use of those that are lent to it.
 */
export class SharingPolicy {
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;
  readonly #windowLoans: number;
  readonly #fewLoans: number;
  readonly #always: Way | undefined;
  /** When a group left the way 'key' first since that was tried last; null when all are lent key by key. */
  #since: number | null = null;
  /** How long until lending key by key is tried again. */
  #pauseMs = FIRST_PAUSE_MS;

  constructor({ now, windowLoans = WINDOW_LOANS, fewLoans = FEW_LOANS, always }: SharingPolicyOptions = {}) {
    this.#now = now ?? (() => performance.now());
    this.#windowLoans = windowLoans;
    this.#fewLoans = fewLoans;
    this.#always = always;
  }

  wayOf(lent: Lendable): Way {
    if (this.#always === 'pool' && lent.kind === 'cell') return 'key';
    return this.#always ?? this.#groups.get(groupOf(lent))?.way ?? 'key';
  }

  /**
   * A jet is about to use a key that is not lent to it.
   * @param isAlone there is no other jet, and nothing of the pool of the key is lent
   * @returns how it shall come to it
   */
  choose(key: Lendable, isAlone = false): Way {
    if (this.#always !== undefined) return this.wayOf(key);
    const way = this.#judge(key);
    // That saves a round trip for each item.
    return way === 'key' && isAlone && key.kind === 'item' ? 'pool' : way;
  }

  /** A jet has given back what others waited for. @param heldMs since it was lent @param uses in that time */
  gaveBack(lent: Lendable, heldMs: number, uses: number): void {
    if (this.#always !== undefined) return;
    const id = groupOf(lent);
    const known =
      this.#groups.get(id) ?? newGroup(Math.min(this.#fewLoans, lent.kind === 'cell' ? FEW_LOANS : FEW_ITEM_LOANS));
    this.#groups.set(id, known);
    // What was lent in another way says nothing about this one.
    if (known.way !== (lent.kind === 'pool' ? 'pool' : 'key')) return;
    known.loans += 1;
    known.heldMs += heldMs;
    known.uses += uses;
    const useMs = known.heldMs / known.uses;
    const isHopeless = known.loans >= known.fewLoans && useMs > known.hopelessUseMs;
    if (known.loans < this.#windowLoans && !isHopeless) return;
    startAfresh(known);
    if (lent.kind === 'item' && useMs > Math.min(POOL_USE_MS, known.sharedUseMs)) this.#leave(known, 'pool');
    else if (lent.kind !== 'item' && useMs > known.sharedUseMs) this.#leave(known, 'shared');
  }

  #judge(key: Lendable): Way {
    if (this.#since === null) return 'key';
    if (this.#now() >= this.#since + this.#pauseMs) this.#tryLending();
    const known = this.#groups.get(groupOf(key));
    if (known === undefined) return 'key';
    if (known.way === 'shared') known.sharedUses += 1;
    return known.way;
  }

  #leave(group: Group, way: Way): void {
    group.way = way;
    group.since = this.#now();
    group.sharedUses = 0;
    this.#since ??= group.since;
  }

  #tryLending(): void {
    for (const group of this.#groups.values()) {
      startAfresh(group);
      const { way } = group;
      group.way = 'key';
      // What was hopeless once shall not be tried for long.
      if (way === 'pool' || group.sharedUses > 0) group.fewLoans = Math.min(FEW_LOANS_AGAIN, this.#fewLoans);
      if (way !== 'shared' || group.sharedUses === 0) continue;
      group.sharedUseMs = (this.#now() - group.since) / group.sharedUses;
      group.hopelessUseMs = 2 * group.sharedUseMs;
    }
    this.#since = null;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

interface Group {
  /** Loans that others waited for, how long they lasted and how often they were used, since the last judgement. */
  loans: number;
  heldMs: number;
  uses: number;
  way: Way;
  /** When it came to this way, and the uses since then while it is shared. */
  since: number;
  sharedUses: number;
  /** What passes per use while the group is shared. */
  sharedUseMs: number;
  /** Beyond it a few loans are enough to judge, and fewer when it is not the first time. */
  hopelessUseMs: number;
  fewLoans: number;
}

/** Until jets have all the keys that a model uses, and are warm, loans look worse than they are. */
const WINDOW_LOANS = 48;
const FEW_LOANS = 16;
/** Until jets wait for items of a large pool, hundreds have been lent one by one, each with a round trip. */
const FEW_ITEM_LOANS = 8;
const FEW_LOANS_AGAIN = 4;
const GUESSED_USE_MS = 0.25;
/** Items that are used more seldom while they are lent had better change hands together. */
const POOL_USE_MS = 0.1;
const GUESSED_HOPELESS_MS = 1;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 16_000;

function newGroup(fewLoans: number): Group {
  const counts = { loans: 0, heldMs: 0, uses: 0, since: 0, sharedUses: 0 };
  const judgement = { sharedUseMs: GUESSED_USE_MS, hopelessUseMs: GUESSED_HOPELESS_MS, fewLoans };
  return { ...counts, ...judgement, way: 'key' };
}

function startAfresh(group: Group): void {
  group.loans = 0;
  group.heldMs = 0;
  group.uses = 0;
}

/** What keys are judged by: a cell alone, all items of a pool together. */
function groupOf(lent: Lendable): string {
  return lent.kind === 'cell' ? `cell ${lent.name}` : `pool ${lent.pool}`;
}
