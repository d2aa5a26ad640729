import type { PneumoFilter, PneumoMessage } from '../api/pneumo.ts';
import type { FleetEntry, HealthInfo } from '../api/shapes.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';
import type { Subscription } from './subscription.ts';

/** The instance `connect`: who is there, and what has happened. */
export class ConnectService {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Who answers, and of which release. */
  health(): Promise<HealthInfo> {
    return this.#service.get('/1/health');
  }

  /**
   * The engines and Model Manage.
   * @param filter only the one of that name, those of that api: `engine` or `model-manage`
   */
  fleet(filter: { name?: string | undefined; api?: string | undefined } = {}): Promise<FleetEntry[]> {
    return this.#service.get(`/1/connect${queryOf(filter)}`);
  }

  /**
   * @returns the configuration as JSON text, secrets as stars
   * @throws FastScoreError CONFIG_NOT_FOUND when none is set
   */
  async config(): Promise<string> {
    return (await this.#service.send({ method: 'GET', path: '/1/config' })).body.toString('utf8');
  }

  /**
   * @param yaml the configuration; JSON is YAML too
   * @throws FastScoreError BAD_INPUT, also when it names more engines than there are
   */
  setConfig(yaml: Buffer): Promise<'created' | 'updated'> {
    return this.#service.put('/1/config', 'application/x-yaml', yaml);
  }

  /**
   * The last messages of Pneumo, oldest first.
   * @param filter.count (2.0) how many, at most 1000; 60 if absent
   */
  history(filter: PneumoFilter & { readonly count?: number | undefined } = {}): Promise<PneumoMessage[]> {
    return this.#service.get(`/2/pneumo${queryOf({ ...filter })}`);
  }

  /**
   * What happens from now on.
   * @param filter only what one instance says, only messages of one type
   */
  subscribe(filter: PneumoFilter = {}): Promise<Subscription> {
    return this.#service.subscribe(`/2/pneumo${queryOf({ ...filter })}`);
  }

  /** (2.0) Forgets the messages of the past. */
  flush(): Promise<void> {
    return this.#service.delete('/2/pneumo');
  }

  /** Ends the server. Embedded engines allow it, others only when told to. */
  async shutdown(): Promise<void> {
    await this.#service.post('/1/shutdown');
  }
}
