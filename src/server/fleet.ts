import { randomUUID } from 'node:crypto';
import { CONNECT_INSTANCE } from '../api/paths.ts';
import type { FleetEntry, HealthInfo } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Engine } from '../engine/types.ts';
import { builtOn, release } from '../util/release.ts';
import type { ServiceApi } from './service.ts';

export interface FleetMembers {
  readonly engines: readonly Engine[];
  /** @default 'model-manage-1' */
  readonly modelManage?: string;
}

/** What a configuration calls the instances. */
export interface FleetNames {
  readonly engines: readonly string[];
  readonly modelManage: readonly string[];
}

/**
 * The instances behind one server: Connect, one Model Manage and the engines. Each has a name of its own, which stays, and
 * may get another from a configuration, by which it is shown; requests may use either.
 */
export class Fleet {
  /** By their own names. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Its own name. */
  readonly modelManage: string;
  readonly #ids: ReadonlyMap<string, string>;
  readonly #builtOn = builtOn();
  /** Given names by own names. */
  #given: ReadonlyMap<string, string> = new Map();

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
   * The own name of the instance that a request means.
   * @param name undefined when the service is addressed directly: then it is the first instance of `api`
   */
  instance(api: ServiceApi, name: string | undefined): string {
    if (name === undefined) return this.#firstOf(api);
    const found = this.apiOf(name);
    if (found === api) return this.ownName(name);
    throw new FastScoreError('ROUTE_NOT_FOUND', `${name} is of api ${found}, the path is one of ${api}`);
  }

  engine(name: string | undefined): Engine {
    return this.engines.get(this.instance('engine', name))!;
  }

  /** @param name any instance; undefined is Connect */
  health(name: string | undefined): HealthInfo {
    const instance = this.ownName(name ?? CONNECT_INSTANCE);
    return { id: this.#ids.get(instance)!, release, built_on: this.#builtOn };
  }

  /**
   * Everybody but Connect, which nobody looks up, the engines first as 1.10 lists them. All of them live in this process:
   * who can ask finds them well.
   */
  entries(address: { readonly host: string; readonly port: number }): FleetEntry[] {
    const entry = (name: string, api: FleetEntry['api']): FleetEntry => {
      const health = this.health(name);
      return {
        id: health.id,
        name: this.shownName(name),
        api,
        ...address,
        release,
        built_on: health.built_on,
        health: 'ok',
      };
    };
    return [...[...this.engines.keys()].map((name) => entry(name, 'engine')), entry(this.modelManage, 'model-manage')];
  }

  /** @throws FastScoreError INSTANCE_NOT_FOUND */
  apiOf(name: string): ServiceApi {
    const own = this.ownName(name);
    if (own === CONNECT_INSTANCE) return 'connect';
    return own === this.modelManage ? 'model-manage' : 'engine';
  }

  /** @throws FastScoreError INSTANCE_NOT_FOUND when nobody has that name, own or given */
  ownName(name: string): string {
    const own = this.#find(name);
    if (own !== undefined) return own;
    throw new FastScoreError('INSTANCE_NOT_FOUND', `There is no instance '${name.slice(0, 100)}'`, {
      hint: `The fleet has ${[...this.#ids.keys()].map((known) => this.shownName(known)).join(', ')}`,
    });
  }

  /** The name by which an instance is shown; `name` itself when nobody has it. */
  shownName(name: string): string {
    const own = this.#find(name);
    return own === undefined ? name : (this.#given.get(own) ?? own);
  }

  /**
   * Who gets which name of a configuration: in their order, and who has one of these already keeps it. Those that are left
   * over are shown by their own names.
   * @returns given names by own names
   * @throws FastScoreError BAD_INPUT when there are more names than instances
   */
  assign(names: FleetNames): ReadonlyMap<string, string> {
    return new Map([
      ...givenNames(names.engines, [...this.engines.keys()], 'engine'),
      ...givenNames(names.modelManage, [this.modelManage], 'model-manage'),
    ]);
  }

  /**
   * @param given names by own names, see `assign`
   * @returns whether anybody has another name now
   */
  rename(given: ReadonlyMap<string, string>): boolean {
    const before = this.#given;
    this.#given = given;
    return given.size !== before.size || [...given].some(([own, name]) => before.get(own) !== name);
  }

  #find(name: string): string | undefined {
    if (this.#ids.has(name)) return name;
    return [...this.#given].find(([, given]) => given === name)?.[0];
  }

  #firstOf(api: ServiceApi): string {
    if (api === 'connect') return CONNECT_INSTANCE;
    if (api === 'model-manage') return this.modelManage;
    for (const name of this.engines.keys()) return name;
    throw new FastScoreError('INSTANCE_NOT_FOUND', 'This fleet has no engine');
  }
}

/** Pairs of own and given names. */
function givenNames(names: readonly string[], owns: readonly string[], api: ServiceApi): [string, string][] {
  if (names.length > owns.length) {
    const problem = `The configuration has ${names.length} instances of api ${api}, this server has ${owns.length}`;
    throw new FastScoreError('BAD_INPUT', problem, {
      hint:
        api === 'engine'
          ? `Start the server with --engines ${names.length}, or with --config and this configuration`
          : 'Leave out the others: one serves all engines',
    });
  }
  const free = owns.filter((own) => !names.includes(own));
  return names.filter((name) => !owns.includes(name)).map((name, index) => [free[index]!, name]);
}
