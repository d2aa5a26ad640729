/**
 * Decides whether keys that jets compete for are lent in turn or shared.
 *
 * A lent key costs nothing while it is used, but only its holder goes on. That is best as long as a holder uses it often
 * before it has to give it back; when the model computes for long between two uses, jets would wait for each other, and it is
 * better to share the key: then each use is a round trip, and nobody waits.
 *
 * What is learnt counts for a cell, or for all items of a pool.
 */
export class SharingPolicy {
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  isShared(group: string): boolean {
    return this.#groups.get(group)?.shared ?? false;
  }

  /** A jet uses a key that is not lent. When it has been the only one for a while, the group is lent again. */
  used(group: string, jet: string): void {
    const known = this.#groups.get(group);
    if (known === undefined || !known.shared) return;
    if (known.lastUser !== jet) {
      known.lastUser = jet;
      known.aloneSince = this.#now();
    } else if (this.#now() - known.aloneSince >= ALONE_MS) {
      this.#groups.delete(group);
    }
  }

  /** A jet has given back what others waited for. @param waitedMs from the recall @param uses while it was lent */
  gaveBack(group: string, waitedMs: number, uses: number): void {
    const known = this.#groups.get(group) ?? newGroup();
    this.#groups.set(group, known);
    known.waitMs += (waitedMs - known.waitMs) * WEIGHT;
    known.uses += (uses - known.uses) * WEIGHT;
    if (known.waitMs <= LONGEST_WAIT_MS && known.uses >= FEWEST_USES) return;
    known.shared = true;
    known.lastUser = null;
    known.aloneSince = this.#now();
  }

  /** Forgets everything: another model comes. */
  clear(): void {
    this.#groups.clear();
  }
}

interface Group {
  shared: boolean;
  lastUser: string | null;
  aloneSince: number;
  /** Moving averages of loans that others waited for. */
  waitMs: number;
  uses: number;
}

const ALONE_MS = 500;
const LONGEST_WAIT_MS = 2;
/** A round trip takes about as long as this many uses by a model that does little else. */
const FEWEST_USES = 8;
const WEIGHT = 1 / 4;

/** Starts from the favourable side: a single slow recall may be an accident of scheduling. */
const newGroup = (): Group => ({ shared: false, lastUser: null, aloneSince: 0, waitMs: 0, uses: 4 * FEWEST_USES });
