import type {
  API,
  Broker,
  Connection,
  findCoordinatorV6,
  heartbeatV4,
  joinGroupV9,
  leaveGroupV5,
  offsetCommitV9,
  offsetFetchV9,
  syncGroupV5,
} from '@platformatic/kafka';
import { Base, kGetApi, kGetBootstrapConnection, kGetConnection } from '@platformatic/kafka';
import { settlesWithin } from '../../../util/settles-within.ts';
import { reasonOf } from './kafka-error.ts';
import type { KafkaSettings } from './settings.ts';
import { clientOptions } from './settings.ts';

/** The requests that the coordinator of a group answers, with what comes back. */
interface GroupApis {
  FindCoordinator: [findCoordinatorV6.FindCoordinatorRequest, findCoordinatorV6.FindCoordinatorResponse];
  JoinGroup: [joinGroupV9.JoinGroupRequest, joinGroupV9.JoinGroupResponse];
  SyncGroup: [syncGroupV5.SyncGroupRequest, syncGroupV5.SyncGroupResponse];
  Heartbeat: [heartbeatV4.HeartbeatRequest, heartbeatV4.HeartbeatResponse];
  LeaveGroup: [leaveGroupV5.LeaveGroupRequest, leaveGroupV5.LeaveGroupResponse];
  OffsetCommit: [offsetCommitV9.OffsetCommitRequest, offsetCommitV9.OffsetCommitResponse];
  OffsetFetch: [offsetFetchV9.OffsetFetchRequest, offsetFetchV9.OffsetFetchResponse];
}

const GROUP = 0;

/** Longer than the broker waits for members of any kind that are about to join. */
const JOIN_TIMEOUT_MS = 310_000;
const TIMEOUT_MS = 15_000;

/**
 * The broker that looks after a group. A connection of its own leads there: a broker answers one request of a connection after the
 * other, and fetches and joins take their time.
 */
export class GroupCoordinator {
  readonly group: string;
  readonly #client: Base;
  #broker: Broker | null = null;

  private constructor(group: string, client: Base) {
    this.group = group;
    this.#client = client;
  }

  static async open(settings: KafkaSettings, group: string): Promise<GroupCoordinator> {
    const options = { ...clientOptions(settings), retries: false, requestTimeout: JOIN_TIMEOUT_MS };
    return new GroupCoordinator(group, new Base(options));
  }

  /** How many partitions topics have; those that are not there are left out. */
  async countPartitions(topics: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const topic of topics) {
      const metadata = await this.#client.metadata({ topics: [topic], forceUpdate: true }).catch((error: unknown) => {
        if (/^Unknown topic/.test(reasonOf(error))) return null;
        throw error;
      });
      const found = metadata?.topics.get(topic);
      if (found !== undefined) counts.set(topic, found.partitionsCount);
    }
    return counts;
  }

  /** @throws what the broker says, or why it cannot be asked: then another one may be the coordinator by now */
  async ask<N extends keyof GroupApis>(name: N, ...args: GroupApis[N][0]): Promise<GroupApis[N][1]> {
    try {
      this.#broker ??= await this.#find();
      return await this.#askBroker(name, await this.#connect(this.#broker), args);
    } catch (error) {
      if (!isAnswer(error)) this.#broker = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#client.close()]);
  }

  async #find(): Promise<Broker> {
    const connection = await promised<Connection>((callback) => this.#client[kGetBootstrapConnection](callback));
    const { coordinators } = await this.#askBroker('FindCoordinator', connection, [GROUP, [this.group]]);
    const { host, port } = coordinators[0]!;
    return { host, port };
  }

  #connect(broker: Broker): Promise<Connection> {
    return promised((callback) => this.#client[kGetConnection](broker, callback));
  }

  async #askBroker<N extends keyof GroupApis>(
    name: N,
    connection: Connection,
    args: GroupApis[N][0],
  ): Promise<GroupApis[N][1]> {
    type Api = API<GroupApis[N][0], GroupApis[N][1]>;
    const api = await promised<Api>((callback) =>
      this.#client[kGetApi]<GroupApis[N][0], GroupApis[N][1]>(name, callback),
    );
    const answer = api.async(connection, ...args);
    if (await settlesWithin(answer, name === 'JoinGroup' ? JOIN_TIMEOUT_MS : TIMEOUT_MS)) return await answer;
    connection.close(() => {});
    throw new Error(`the coordinator of the group has not answered ${name}`);
  }
}

/** Whether the coordinator itself has said what is wrong with a request. */
const isAnswer = (error: unknown): boolean =>
  /^(MEMBER_ID_REQUIRED|UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION|REBALANCE_IN_PROGRESS)\b/.test(reasonOf(error));

function promised<T>(ask: (callback: (error: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}
