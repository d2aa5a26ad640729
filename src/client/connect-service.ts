import type { FleetEntry, HealthInfo, PneumoMessage } from '../api/shapes.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';

/** The instance `connect`: who is there, and what has happened. */
export class ConnectService {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  health(): Promise<HealthInfo> {
    return this.#service.get('/1/health');
  }

  fleet(filter: { name?: string | undefined; api?: string | undefined } = {}): Promise<FleetEntry[]> {
    return this.#service.get(`/1/connect${queryOf(filter)}`);
  }

  /** The last messages of Pneumo, oldest first, at most 60. */
  history(): Promise<PneumoMessage[]> {
    return this.#service.get('/2/pneumo');
  }

  /** Ends the server. Embedded engines allow it, others only when told to. */
  async shutdown(): Promise<void> {
    await this.#service.post('/1/shutdown');
  }
}
