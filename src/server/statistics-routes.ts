import type { FastifyRequest } from 'fastify';
import type { Engine } from '../engine/types.ts';
import type { CompatContext } from './compat-context.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

/** (2.0) What `job statistics` shows, and resets. */
export const statisticsRoutes: Service<CompatContext> = {
  api: 'engine',
  routes(app, { fleet, statistics }) {
    const engineOf = (request: FastifyRequest): Engine => fleet.engine(instanceOf(request));

    app.get('/1/job/statistics', async (request) => statistics.of(engineOf(request)));

    app.delete('/1/job/statistics', async (request, reply) => {
      statistics.reset(engineOf(request));
      return reply.code(204).send();
    });
  },
};
