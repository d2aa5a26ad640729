/**
 * Decides whether keys that jets compete for are lent in turn or shared.
 *
 * A lent key costs nothing while it is used, but only its holder goes on. That is best as long as a holder uses it often
 * before it has to give it back. When the model computes for long between two uses, jets would wait for each other, and it is
 * better to share the key: then each use is a round trip, and nobody waits.
 *
 * Both ways are judged by the time that passes per use, all jets together. For lending it is measured while others wait; for
 * sharing it is a guess at first, and measured as soon as the keys are shared. Lending is tried again after a while, and each
 * time it loses after twice as long. What is learnt counts for a cell, or for all items of a pool.
 */
export class SharingPolicy {
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Whether keys of the group are shared at the moment. */
  isShared(group: string): boolean {
    const known = this.#groups.get(group);
    return known !== undefined && known.sharedSince !== null && this.#now() < known.sharedSince + known.pauseMs;
  }

  /** A jet is about to use a key that is not lent to it. @returns whether it shall be lent */
  shallLend(group: string): boolean {
    const known = this.#groups.get(group);
    if (known === undefined || known.sharedSince === null) return true;
    known.sharedUses += 1;
    const passed = this.#now() - known.sharedSince;
    if (passed < known.pauseMs) return false;
    known.sharedUseMs = passed / known.sharedUses;
    known.pauseMs = Math.min(known.pauseMs * 2, LONGEST_PAUSE_MS);
    known.sharedSince = null;
    startAfresh(known);
    return true;
  }

  /** A jet has given back what others waited for. @param heldMs since it was lent @param uses in that time */
  gaveBack(group: string, heldMs: number, uses: number): void {
    let known = this.#groups.get(group);
    if (known === undefined) {
      known = newGroup();
      this.#groups.set(group, known);
    }
    if (known.sharedSince !== null) return;
    known.heldMs += (heldMs - known.heldMs) * WEIGHT;
    known.uses += (uses - known.uses) * WEIGHT;
    if (known.heldMs <= known.uses * known.sharedUseMs) return;
    known.sharedSince = this.#now();
    known.sharedUses = 0;
  }
}

interface Group {
  /** Moving averages of loans that others waited for. */
  uses: number;
  heldMs: number;
  /** null while keys are lent. */
  sharedSince: number | null;
  sharedUses: number;
  /** What passes per use while keys are shared. */
  sharedUseMs: number;
  /** How long they are shared before lending is tried again. */
  pauseMs: number;
}

const WEIGHT = 1 / 4;
const GUESSED_USE_MS = 0.25;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 16_000;

function newGroup(): Group {
  const group = { uses: 0, heldMs: 0, sharedSince: null, sharedUses: 0 };
  return startAfresh({ ...group, sharedUseMs: GUESSED_USE_MS, pauseMs: FIRST_PAUSE_MS });
}

/** On the favourable side: a single slow loan may be an accident of scheduling. */
function startAfresh(group: Group): Group {
  group.uses = 32;
  group.heldMs = (group.uses * group.sharedUseMs) / 2;
  return group;
}
