import type { Fleet } from '../fleet.ts';
import type { Service } from '../service.ts';
import { instanceOf } from '../service.ts';
import type { Metrics } from './metrics.ts';

/** What the service of metrics needs. */
export interface MetricsContext {
  readonly fleet: Fleet;
  readonly metrics: Metrics;
}

/** (2.0) For Prometheus: of all engines, or of the one in the path. */
export const metricsRoutes: Service<MetricsContext> = {
  api: null,
  routes(app, { fleet, metrics }) {
    app.get('/metrics', async (request, reply) => {
      const name = instanceOf(request);
      const isEngine = name !== undefined && fleet.apiOf(name) === 'engine';
      const engines = isEngine ? [fleet.engine(name)] : [...fleet.engines.values()];
      const named = new Map(engines.map((engine) => [fleet.shownName(engine.name), engine]));
      const { contentType, body } = await metrics.text(named);
      return reply.header('content-type', contentType).send(body);
    });
  },
};
