import { setTimeout as delay } from 'node:timers/promises';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { GroupCoordinator } from './group-coordinator.ts';
import type { Subscription } from './group-protocol.ts';
import {
  decodeAssignment,
  decodeTopics,
  encodeAssignment,
  encodeTopics,
  PROTOCOL,
  shareInTurn,
} from './group-protocol.ts';
import { memberIdIn, reasonOf } from './kafka-error.ts';

export interface GroupMemberOptions {
  readonly coordinator: GroupCoordinator;
  readonly topic: string;
  /**
   * The partitions are about to be shared anew. What has been taken of ours is to be seen through and committed as long as they are
   * ours: until this resolves. @param isLost whether they are somebody else's already
   * @returns whether we go on as a member
   */
  giveBack(isLost: boolean): Promise<boolean>;
  readonly onAssigned: (partitions: readonly number[]) => void;
}

/** What a group has committed of a partition. */
export interface Committed {
  readonly offset: number;
  readonly metadata: string;
}

/** A member of which nothing is heard for so long is gone. */
const SESSION_TIMEOUT_MS = 15_000;
const HEARTBEAT_MS = 1000;

/** How long the others wait for a member that gives its partitions back. */
const REBALANCE_TIMEOUT_MS = 60_000;

/** The first group of a broker has to wait for its coordinator. */
const COORDINATOR_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
const LEAVE_MS = 2000;

/** What is heard of a member by the coordinator; 'unsure' when it could not be asked. */
type Standing = 'member' | 'sharing' | 'lost' | 'unsure';

/**
 * A member of a consumer group. While it is one it tells the coordinator that it lives, joins again whenever the partitions are shared
 * anew, and does not give up over a coordinator that is away.
 */
export class GroupMember {
  readonly #options: GroupMemberOptions;
  readonly #closing = new AbortController();
  #id = '';
  #generation = -1;
  #living: Promise<void> = Promise.resolve();
  #left: Promise<void> | null = null;

  private constructor(options: GroupMemberOptions) {
    this.#options = options;
  }

  /** Joins the group. @throws why that is not possible */
  static async join(options: GroupMemberOptions): Promise<GroupMember> {
    const member = new GroupMember(options);
    const deadline = performance.now() + COORDINATOR_MS;
    for (;;) {
      try {
        await member.#join();
        break;
      } catch (error) {
        if (!isPassing(error) || performance.now() > deadline) throw error;
        await delay(FIRST_PAUSE_MS);
      }
    }
    member.#living = member.#live();
    return member;
  }

  /** @throws when the partitions are not ours any more, or the coordinator is away */
  async commit(offsets: ReadonlyMap<number, Committed>): Promise<void> {
    const { coordinator, topic } = this.#options;
    const partitions = [...offsets].map(([partition, { offset, metadata }]) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: -1,
      committedMetadata: metadata,
    }));
    const { group } = coordinator;
    await coordinator.ask('OffsetCommit', group, this.#generation, this.#id, null, [{ name: topic, partitions }]);
  }

  /** What the group has committed; partitions of which it has nothing are left out. */
  async committed(partitions: readonly number[]): Promise<Map<number, Committed>> {
    const { coordinator, topic } = this.#options;
    const topics = [{ name: topic, partitionIndexes: [...partitions] }];
    const asked = { groupId: coordinator.group, memberId: null, memberEpoch: -1, topics };
    const { groups } = await coordinator.ask('OffsetFetch', [asked], false);
    const found = groups.flatMap((group) => group.topics.flatMap((known) => known.partitions));
    return new Map(
      found
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset, metadata }) => [
          partitionIndex,
          { offset: Number(committedOffset), metadata: metadata ?? '' },
        ]),
    );
  }

  /** What has not been committed by now will be read by somebody else. */
  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    const { coordinator } = this.#options;
    this.#closing.abort();
    const leaving = this.#id === '' ? [] : [coordinator.ask('LeaveGroup', coordinator.group, [{ memberId: this.#id }])];
    await settlesWithin(Promise.allSettled(leaving), LEAVE_MS);
    await coordinator.close();
    await this.#living;
  }

  async #live(): Promise<void> {
    while (await this.#pause(HEARTBEAT_MS)) {
      const standing = await this.#heartbeat();
      if (standing === 'member' || standing === 'unsure' || this.#closing.signal.aborted) continue;
      if (await this.#giveBack(standing === 'lost')) await this.#rejoin();
      else void this.leave();
    }
  }

  /** A member that takes its time is one as long as it is heard of. */
  async #giveBack(isLost: boolean): Promise<boolean> {
    const given = this.#options.giveBack(isLost);
    while (!(await settlesWithin(given, HEARTBEAT_MS)) && !this.#closing.signal.aborted) {
      if (!isLost) await this.#heartbeat();
    }
    return await given;
  }

  async #heartbeat(): Promise<Standing> {
    const { coordinator } = this.#options;
    try {
      await coordinator.ask('Heartbeat', coordinator.group, this.#generation, this.#id, null);
      return 'member';
    } catch (error) {
      const reason = reasonOf(error);
      if (reason.startsWith('REBALANCE_IN_PROGRESS')) return 'sharing';
      return isExpelled(reason) ? 'lost' : 'unsure';
    }
  }

  async #rejoin(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#join();
        return;
      } catch (error) {
        if (/^(UNKNOWN_MEMBER_ID)\b/.test(reasonOf(error))) this.#id = '';
        await this.#pause(pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
      }
    }
  }

  async #join(): Promise<void> {
    const { coordinator, topic, onAssigned } = this.#options;
    const protocols = [{ name: PROTOCOL, metadata: encodeTopics([topic]) }];
    const ask = () =>
      coordinator.ask(
        'JoinGroup',
        coordinator.group,
        SESSION_TIMEOUT_MS,
        REBALANCE_TIMEOUT_MS,
        this.#id,
        null,
        'consumer',
        protocols,
        '',
      );
    const joined = await ask().catch((error: unknown) => {
      const id = memberIdIn(error);
      if (id === null) throw error;
      this.#id = id;
      return ask();
    });
    this.#id = joined.memberId!;
    const { generationId, leader, protocolName } = joined;
    const members = joined.members.map(({ memberId, metadata }) => ({ memberId, topics: decodeTopics(metadata!) }));
    const shares = leader === this.#id ? await this.#share(members) : [];
    const { group } = coordinator;
    const synced = await coordinator.ask(
      'SyncGroup',
      group,
      generationId,
      this.#id,
      null,
      'consumer',
      protocolName,
      shares,
    );
    this.#generation = generationId;
    if (!this.#closing.signal.aborted) onAssigned(decodeAssignment(synced.assignment).get(topic) ?? []);
  }

  async #share(members: readonly Subscription[]): Promise<{ memberId: string; assignment: Buffer }[]> {
    const topics = [...new Set(members.flatMap((member) => member.topics))];
    const shares = shareInTurn(members, await this.#options.coordinator.countPartitions(topics));
    return [...shares].map(([memberId, share]) => ({ memberId, assignment: encodeAssignment(share) }));
  }

  /** @returns whether it goes on then */
  async #pause(ms: number): Promise<boolean> {
    try {
      await delay(ms, undefined, { signal: this.#closing.signal });
      return true;
    } catch {
      return false;
    }
  }
}

const isExpelled = (reason: string): boolean => /^(UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION)\b/.test(reason);

/** Whether joining is only not possible yet. */
const isPassing = (error: unknown): boolean => /COORDINATOR|^REBALANCE_IN_PROGRESS\b/.test(reasonOf(error));
