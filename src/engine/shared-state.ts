import { FastScoreError } from '../core/errors.ts';
import type { SnapshotHeader } from '../core/snapshot/format.ts';
import { readSnapshot } from '../core/snapshot/read.ts';
import type { Capture } from '../core/state/capture.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import { StateStore } from '../core/state/store.ts';
import { jsonValue } from '../core/state/value.ts';
import type { Jet } from '../jets/jet.ts';
import type { Way } from '../jets/lending/sharing-policy.ts';
import { SharingPolicy } from '../jets/lending/sharing-policy.ts';
import { StateDesk } from '../jets/state-desk.ts';
import type { Standing } from './state-view.ts';
import { stateEntries, stateEntry } from './state-view.ts';
import type { RestoreOptions, StateEntry } from './types.ts';

export interface SharedStateOptions {
  readonly way: Way | undefined;
  /** `begin` has overwritten a value that came from a snapshot. */
  readonly onRestoredOverwritten: (key: Key) => void;
}

/** The cells and pools of an engine: the jets come to its desk, everybody else to its methods. */
export class SharedState {
  readonly desk: StateDesk;
  readonly #store = new StateStore();

  constructor({ way, onRestoredOverwritten }: SharedStateOptions) {
    const policy = new SharingPolicy(way === undefined ? {} : { always: way });
    this.desk = new StateDesk({ store: this.#store, policy, onRestoredOverwritten });
  }

  capture(): Capture {
    return this.#store.capture();
  }

  clear(): void {
    this.#store.clear();
  }

  /**
   * Replaces everything by what a snapshot holds, or changes nothing.
   * @param assertAllowed called before anything is read, and again before anything is changed: reading a large file takes a while
   */
  async restore(
    source: AsyncIterable<Buffer>,
    { trust, assertAllowed }: Pick<RestoreOptions, 'trust'> & { readonly assertAllowed: () => void },
  ): Promise<SnapshotHeader> {
    assertAllowed();
    const snapshot = await readSnapshot(source);
    if (snapshot.hasNative && !(typeof trust === 'boolean' ? trust : await trust(snapshot))) {
      throw new FastScoreError(
        'SNAPSHOT_UNTRUSTED',
        `Snapshot ${snapshot.header.id} holds values that only Python or R can open; opening them may run code`,
        { hint: 'Use --trust if you know where the snapshot comes from' },
      );
    }
    assertAllowed();
    this.#store.replaceAll(snapshot.parts, { restored: true });
    return snapshot.header;
  }

  /** @param jets those that may have keys or wait for them */
  entries(jets: readonly Jet[]): Iterable<StateEntry> {
    return stateEntries(this.#store, this.#standings(jets));
  }

  entry(key: Key, jets: readonly Jet[]): StateEntry | null {
    const stored = this.#store.get(key);
    return stored === undefined ? null : stateEntry(key, stored, this.#standings(jets)(key));
  }

  /** Stores a JSON value from outside. @param signal of a client who gives up @throws FastScoreError BAD_INPUT */
  async set(key: Key, json: string, signal?: AbortSignal): Promise<void> {
    try {
      JSON.parse(json);
    } catch (error) {
      const message = `The value for ${describeKey(key)} is not JSON: ${(error as Error).message}`;
      throw new FastScoreError('BAD_INPUT', message, { hint: 'Text needs double quotes: \'"text"\'' });
    }
    await this.desk.set(key, jsonValue(json), signal);
  }

  #standings(jets: readonly Jet[]): (key: Key) => Standing {
    const numbers = new Map(jets.map(({ sandbox, number }) => [sandbox, number]));
    return (key) => {
      const { lentTo, lentForMs, shared, waiting } = this.desk.standing(key);
      return {
        lentTo: lentTo === null ? null : (numbers.get(lentTo) ?? null),
        lentForMs,
        shared,
        waiting: waiting.flatMap((jet) => numbers.get(jet) ?? []),
      };
    };
  }
}
