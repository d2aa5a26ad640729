import type { Interpreters } from '../api/interpreters.ts';
import { CONNECT_INSTANCE } from '../api/paths.ts';
import type { HealthInfo } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import { isCompatibleRelease, release } from '../util/release.ts';
import { ActiveSensors } from './active-sensors.ts';
import { Attachments } from './attachments.ts';
import { ConnectService } from './connect-service.ts';
import { Connection } from './connection.ts';
import { Documents } from './documents.ts';
import { EngineClient } from './engine.ts';
import { foreignServer } from './failure.ts';
import { Models } from './models.ts';
import { Policies } from './policies.ts';
import { Service } from './service.ts';
import { Snapshots } from './snapshots.ts';
import type { Target } from './target.ts';
import { describeTarget } from './target.ts';

export type { Target } from './target.ts';

/** Which instances a client speaks to, and how patiently. */
export interface ClientOptions {
  /** @default 'model-manage-1' */
  readonly modelManage?: string;
  /** @default 'engine-1' */
  readonly engine?: string;
  /** How long the other side may be silent. @default 120000 */
  readonly timeoutMs?: number;
  /** Interpreters that are to run the models which are sent. @default those that the engine chooses */
  readonly namedInterpreters?: () => Promise<Interpreters | null>;
  /** Told of every request and its end, for those who show that it takes long. */
  readonly onRequest?: (answered: Promise<unknown>) => void;
  /** Sees to it that somebody listens again, when nobody does before anything has been answered. */
  readonly revive?: () => Promise<void>;
}

/** A fleet over REST. Nothing is sent before the first call. Every failure is a FastScoreError. */
export class FastScoreClient {
  readonly target: Target;
  readonly connect: ConnectService;
  readonly models: Models;
  readonly attachments: Attachments;
  readonly schemas: Documents;
  readonly streams: Documents;
  readonly sensors: Documents;
  readonly snapshots: Snapshots;
  readonly engine: EngineClient;
  readonly policies: Policies;
  readonly #connection: Connection;

  constructor(target: Target, options: ClientOptions = {}) {
    this.target = target;
    this.#connection = new Connection(target, options.timeoutMs ?? 120_000, options);
    const modelManage = new Service(this.#connection, options.modelManage ?? 'model-manage-1');
    this.connect = new ConnectService(new Service(this.#connection, CONNECT_INSTANCE));
    this.models = new Models(modelManage);
    this.attachments = new Attachments(modelManage);
    this.schemas = new Documents(modelManage, 'schema');
    this.streams = new Documents(modelManage, 'stream');
    this.sensors = new Documents(modelManage, 'sensor');
    this.snapshots = new Snapshots(modelManage);
    const engine = new Service(this.#connection, options.engine ?? 'engine-1');
    this.engine = new EngineClient(engine, options.namedInterpreters);
    this.policies = new Policies(engine);
  }

  /**
   * Asks the other side for its release.
   * @throws FastScoreError ENGINE_VERSION when it is of another major version than this client
   */
  async checkRelease(): Promise<HealthInfo> {
    const health = await this.connect.health();
    if (typeof health?.release !== 'string') throw foreignServer(this.target, 'to /1/health without a release');
    if (isCompatibleRelease(health.release)) return health;
    throw new FastScoreError(
      'ENGINE_VERSION',
      `${describeTarget(this.target)} is of release ${health.release}, this client is of release ${release}`,
      { hint: 'Use the same major release on both sides', details: { engine: health.release, client: release } },
    );
  }

  /** @param instance any of the fleet, `connect` included */
  activeSensors(instance: string): ActiveSensors {
    return new ActiveSensors(new Service(this.#connection, instance));
  }

  /**
   * Logs in where a directory knows the names.
   * @returns the header `Cookie` for the requests that follow
   */
  async login(username: string, password: string): Promise<string> {
    const { headers } = await this.#connection.send({
      method: 'POST',
      path: '/1/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams({ username, password }).toString()),
    });
    const cookies = headers['set-cookie'] ?? [];
    return cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
  }

  /** Closes the connections; what has been asked for and has not come yet fails. */
  async close(): Promise<void> {
    this.#connection.close();
  }
}
