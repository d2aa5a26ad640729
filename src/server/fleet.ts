import { randomUUID } from 'node:crypto';
import { CONNECT_INSTANCE } from '../api/paths.ts';
import type { FleetEntry, HealthInfo } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Engine } from '../engine/types.ts';
import { builtOn, release } from '../util/release.ts';

export type ServiceApi = 'connect' | 'model-manage' | 'engine';

export interface FleetMembers {
  readonly engines: readonly Engine[];
  /** @default 'model-manage-1' */
  readonly modelManage?: string;
}

/** The instances behind one server: Connect, one Model Manage and the engines, by name. */
export class Fleet {
  readonly engines: ReadonlyMap<string, Engine>;
  readonly modelManage: string;
  readonly #ids: ReadonlyMap<string, string>;
  readonly #builtOn = builtOn();

  constructor(members: FleetMembers) {
    this.modelManage = members.modelManage ?? 'model-manage-1';
    this.engines = new Map(members.engines.map((engine) => [engine.name, engine]));
    const names = [CONNECT_INSTANCE, this.modelManage, ...members.engines.map((engine) => engine.name)];
    if (new Set(names).size < names.length) {
      throw new FastScoreError('BAD_NAME', `Two instances of the fleet have one name: ${names.join(', ')}`);
    }
    this.#ids = new Map(names.map((name) => [name, randomUUID()]));
  }

  /**
   * The instance that a request means.
   * @param name undefined when the service is addressed directly: then it is the first instance of `api`
   */
  instance(api: ServiceApi, name: string | undefined): string {
    if (name === undefined) return this.#firstOf(api);
    const found = this.apiOf(name);
    if (found === api) return name;
    throw new FastScoreError('ROUTE_NOT_FOUND', `${name} is of api ${found}, the path is one of ${api}`);
  }

  engine(name: string | undefined): Engine {
    return this.engines.get(this.instance('engine', name))!;
  }

  /** @param name any instance; undefined is Connect */
  health(name: string | undefined): HealthInfo {
    const instance = name ?? CONNECT_INSTANCE;
    this.apiOf(instance);
    return { id: this.#ids.get(instance)!, release, built_on: this.#builtOn };
  }

  /**
   * Everybody but Connect, which nobody looks up, the engines first as 1.10 lists them. All of them live in this process:
   * who can ask finds them well.
   */
  entries(address: { readonly host: string; readonly port: number }): FleetEntry[] {
    const entry = (name: string, api: FleetEntry['api']): FleetEntry => {
      const health = this.health(name);
      return { id: health.id, name, api, ...address, release, built_on: health.built_on, health: 'ok' };
    };
    return [...[...this.engines.keys()].map((name) => entry(name, 'engine')), entry(this.modelManage, 'model-manage')];
  }

  /** @throws FastScoreError INSTANCE_NOT_FOUND */
  apiOf(name: string): ServiceApi {
    if (name === CONNECT_INSTANCE) return 'connect';
    if (name === this.modelManage) return 'model-manage';
    if (this.engines.has(name)) return 'engine';
    throw new FastScoreError('INSTANCE_NOT_FOUND', `There is no instance '${name.slice(0, 100)}'`, {
      hint: `The fleet has ${[...this.#ids.keys()].join(', ')}`,
    });
  }

  #firstOf(api: ServiceApi): string {
    if (api === 'connect') return CONNECT_INSTANCE;
    if (api === 'model-manage') return this.modelManage;
    for (const name of this.engines.keys()) return name;
    throw new FastScoreError('INSTANCE_NOT_FOUND', 'This fleet has no engine');
  }
}
