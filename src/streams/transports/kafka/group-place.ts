import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDeferred } from '../../../util/deferred.ts';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { InputPosition } from '../../types.ts';
import { addCompanion } from './companions.ts';
import type { Position } from './delivered.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import type { Committed } from './group-member.ts';
import { GroupMember } from './group-member.ts';
import { OffsetCommits } from './offset-commits.ts';
import type { KafkaSettings } from './settings.ts';

export interface GroupPlaceOptions {
  readonly onTrouble: (reason: string | null) => void;
  /** What has been taken is to be done and acknowledged soon: others go on there. */
  readonly onHandOver: () => void;
  /** What has been read and not taken is somebody else's to read. @returns false when the input is at its end, and all of it is ours to use */
  stopReading(): boolean;
}

export interface TakeOver {
  /** Where to begin in each partition. */
  startsOf(
    partitions: readonly number[],
    committed: ReadonlyMap<number, Committed>,
  ): Promise<ReadonlyMap<number, number>>;
  /** They are ours, from there on. @returns where each begins indeed */
  place(starts: ReadonlyMap<number, number>, ended: ReadonlySet<number>): ReadonlyMap<number, number>;
}

/** How long what has been taken may take to be done when others are to go on. */
const HAND_OVER_MS = 30_000;

/** How long a last commit may take. */
const COMMIT_MS = 5000;

/** Committed with the offset behind an `end`, for members that get the partition later in the same run. */
const END = 'end';

/**
 * Our place in a consumer group: which partitions are ours, and how far we have used them. What is committed has been done, and all
 * that came of it has been acknowledged; so it may be read again by somebody else, but is never lost.
 */
export class GroupPlace {
  readonly #group: string;
  readonly #settings: KafkaSettings;
  readonly #options: GroupPlaceOptions;
  readonly #commits: OffsetCommits;
  #member: GroupMember | null = null;
  /** Partitions that the group has given us and we have not begun to read. */
  #assigned: readonly number[] | null = null;
  #isFirst = true;
  /** Counts how often we have given back what is ours. */
  #rounds = 0;
  /** Partitions that are ours. */
  #ours: readonly number[] = [];
  /** What has been taken last, and up to where everything is done. */
  #taken: InputPosition | null = null;
  #done: InputPosition | null = null;
  /** For a model that commits itself: what it allows. */
  #allowed: Position | null = null;
  #isAllTaken = false;
  #isFinished = false;
  #isLooping = false;
  /** Resolves when what has been taken is done. */
  #seenThrough = createDeferred<void>();
  #removeCompanion: () => void = () => {};
  #left: Promise<void> | null = null;

  constructor(group: string, settings: KafkaSettings, options: GroupPlaceOptions) {
    this.#group = group;
    this.#settings = settings;
    this.#options = options;
    this.#commits = new OffsetCommits({
      commit: (offsets) => this.#member!.commit(offsets),
      onTrouble: (reason) => {
        if (this.#left === null) options.onTrouble(reason);
      },
    });
  }

  async join(): Promise<void> {
    const { topic, commitOffset } = this.#settings;
    const coordinator = await GroupCoordinator.open(this.#settings, this.#group);
    try {
      this.#member = await GroupMember.join({
        coordinator,
        topic,
        giveBack: (isLost) => this.#giveBack(isLost),
        onAssigned: (partitions) => {
          this.#assigned = partitions;
        },
      });
    } catch (error) {
      await coordinator.close();
      throw error;
    }
    if (commitOffset) return;
    this.#removeCompanion = addCompanion(this.#group, topic, { commit: (offset) => this.#commitAsTold(offset) });
  }

  /** Whether there are partitions to take over. */
  get isAssigned(): boolean {
    return this.#assigned !== null;
  }

  /** Begins with the partitions that the group has given us. When that does not work out it is to be tried again. */
  async takeOver({ startsOf, place }: TakeOver): Promise<void> {
    const assigned = this.#assigned!;
    const rounds = this.#rounds;
    const committed = await this.#member!.committed(assigned);
    const starts = await startsOf(assigned, committed);
    // They may not be ours any more.
    if (this.#rounds !== rounds || this.#assigned !== assigned) return;
    this.#assigned = null;
    // At the beginning of a run an `end` belongs to an earlier one.
    const ended = this.#isFirst ? [] : assigned.filter((partition) => committed.get(partition)?.metadata === END);
    this.#isFirst = false;
    this.#ours = assigned;
    for (const [partition, from] of place(starts, new Set(ended))) {
      const known = committed.get(partition) ?? null;
      this.#commits.place(partition, from, known);
      const isStale = known?.metadata === END && !ended.includes(partition);
      if (isStale && this.#settings.commitOffset) this.#commits.want(partition, { offset: from, metadata: '' });
    }
  }

  /** A partition goes on elsewhere than behind what was read last. */
  reset(partition: number, offset: number): void {
    this.#commits.place(partition, offset, null);
  }

  /** @param isAll whether it is all that has been read */
  taken(position: InputPosition, isAll: boolean): void {
    if (this.#isSeenThrough) this.#seenThrough = createDeferred();
    this.#taken = position;
    this.#isAllTaken = isAll;
  }

  done(position: InputPosition): void {
    this.#done = position;
    this.#commitDone();
    if (this.#isSeenThrough) this.#seenThrough.resolve();
    this.#leaveWhenFinished();
  }

  /** Nothing more is read. */
  finish(): void {
    this.#isFinished = true;
    this.#leaveWhenFinished();
  }

  /** The input is read again from its beginning: offsets do not tell any more how far it has been used. */
  stopCommitting(): void {
    this.#isLooping = true;
    this.#isFinished = false;
  }

  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    this.#removeCompanion();
    this.#seenThrough.resolve();
    await settlesWithin(this.#commits.settled(), COMMIT_MS);
    this.#commits.release();
    await this.#member?.leave();
  }

  get #isSeenThrough(): boolean {
    return this.#done === this.#taken;
  }

  /** An input that is at its end has no use for partitions, and others may. */
  #leaveWhenFinished(): void {
    const isOver = this.#isFinished && this.#isAllTaken && this.#isSeenThrough && !this.#isLooping;
    if (isOver && this.#settings.commitOffset) void this.leave();
  }

  async #giveBack(isLost: boolean): Promise<boolean> {
    // What is on its way to those who take gets there before it is forgotten.
    await nextTurn();
    this.#rounds += 1;
    this.#assigned = null;
    const goesOn = this.#options.stopReading();
    if (!isLost && !this.#isLooping) {
      if (!this.#isSeenThrough) {
        this.#options.onHandOver();
        await settlesWithin(this.#seenThrough.promise, HAND_OVER_MS);
      }
      await settlesWithin(this.#commits.settled(), COMMIT_MS);
    }
    this.#commits.release();
    this.#ours = [];
    return goesOn;
  }

  #commitDone(): void {
    const { commitOffset } = this.#settings;
    if (this.#done === null || !('partitions' in this.#done) || this.#isLooping) return;
    const { partitions, ended = [] } = this.#done;
    for (const [name, offset] of Object.entries(partitions)) {
      const partition = Number(name);
      const most = commitOffset ? offset : this.#allowed?.partitions[name];
      if (most === undefined) continue;
      const metadata = ended.includes(partition) && most >= offset ? END : '';
      this.#commits.want(partition, { offset: Math.min(offset, most), metadata });
    }
  }

  /** @param offset what to read next; null: after everything that has been taken, once it is done */
  async #commitAsTold(offset: number | null): Promise<void> {
    if (offset !== null) {
      const offsets = this.#ours.map((partition) => [partition, { offset, metadata: '' }] as const);
      if (offsets.length > 0) await this.#member!.commit(new Map(offsets));
    } else if (this.#taken !== null && 'partitions' in this.#taken) {
      this.#allowed = this.#taken;
      this.#commitDone();
    }
  }
}
