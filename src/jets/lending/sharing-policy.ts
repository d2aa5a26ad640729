/**
 * Decides whether keys that jets compete for are lent in turn or shared.
 *
 * A lent key costs nothing while it is used, but only its holder goes on. That is best as long as a holder uses it often
 * before it has to give it back. When the model computes for long between two uses, jets would wait for each other, and it is
 * better to share the key: then each use is a round trip, and nobody waits.
 *
 * Both ways are judged by the time that passes per use. For lending it is measured while others wait; for sharing it is a guess
 * at first, and measured as soon as keys are shared. What is learnt counts for a cell, or for all items of a pool. Lending is
 * tried again after a while, and each time it loses after twice as long; for all keys at once, because a model that uses a
 * shared key for each record makes bad use of those that are lent to it.
 */
export class SharingPolicy {
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;
  /** When the first group became shared since lending was tried last; null when none is shared. */
  #sharedSince: number | null = null;
  /** How long groups are shared before lending is tried again. */
  #pauseMs = FIRST_PAUSE_MS;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether keys of the group are shared at the moment. */
  isShared(group: string): boolean {
    return this.#groups.get(group)?.isShared ?? false;
  }

  /** A jet is about to use a key that is not lent to it. @returns whether it shall be lent */
  shallLend(group: string): boolean {
    if (this.#sharedSince === null) return true;
    if (this.#now() >= this.#sharedSince + this.#pauseMs) this.#tryLending();
    const known = this.#groups.get(group);
    if (known === undefined || !known.isShared) return true;
    known.sharedUses += 1;
    return false;
  }

  /** A jet has given back what others waited for. @param heldMs since it was lent @param uses in that time */
  gaveBack(group: string, heldMs: number, uses: number): void {
    let known = this.#groups.get(group);
    if (known === undefined) {
      known = newGroup();
      this.#groups.set(group, known);
    }
    if (known.isShared) return;
    known.loans += 1;
    known.heldMs += heldMs;
    known.uses += uses;
    const useMs = known.heldMs / known.uses;
    const isHopeless = known.loans >= known.fewLoans && useMs > known.hopelessUseMs;
    if (known.loans < WINDOW_LOANS && !isHopeless) return;
    if (useMs > known.sharedUseMs) this.#share(known);
    startAfresh(known);
  }

  #share(group: Group): void {
    group.isShared = true;
    group.since = this.#now();
    group.sharedUses = 0;
    this.#sharedSince ??= group.since;
  }

  #tryLending(): void {
    for (const group of this.#groups.values()) {
      startAfresh(group);
      if (!group.isShared) continue;
      group.isShared = false;
      if (group.sharedUses === 0) continue;
      group.sharedUseMs = (this.#now() - group.since) / group.sharedUses;
      group.hopelessUseMs = 2 * group.sharedUseMs;
      group.fewLoans = FEW_LOANS_AGAIN;
    }
    this.#sharedSince = null;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

interface Group {
  /** Loans that others waited for, how long they lasted and how often they were used, since the last judgement. */
  loans: number;
  heldMs: number;
  uses: number;
  isShared: boolean;
  /** When it became shared, and the uses since then. */
  since: number;
  sharedUses: number;
  /** What passes per use while the group is shared. */
  sharedUseMs: number;
  /** Beyond it a few loans are enough to judge, and fewer when sharing has been measured. */
  hopelessUseMs: number;
  fewLoans: number;
}

/** Until jets have all the keys that a model uses, and are warm, loans look worse than they are. */
const WINDOW_LOANS = 48;
const FEW_LOANS = 16;
const FEW_LOANS_AGAIN = 4;
const GUESSED_USE_MS = 0.25;
const GUESSED_HOPELESS_MS = 1;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 16_000;

function newGroup(): Group {
  const counts = { loans: 0, heldMs: 0, uses: 0, isShared: false, since: 0, sharedUses: 0 };
  return { ...counts, sharedUseMs: GUESSED_USE_MS, hopelessUseMs: GUESSED_HOPELESS_MS, fewLoans: FEW_LOANS };
}

function startAfresh(group: Group): void {
  group.loans = 0;
  group.heldMs = 0;
  group.uses = 0;
}
