import type { FastifyRequest } from 'fastify';
import type { PneumoFilter } from '../../api/pneumo.ts';
import type { Fleet } from '../fleet.ts';
import { queryCount, queryValue } from '../query.ts';
import type { Service } from '../service.ts';
import type { Pneumo } from './pneumo.ts';
import { tellSocket } from './socket.ts';

/** What FastScore 1.10 tells of the past. */
const USUAL_COUNT = 60;
const MOST = 1000;

/** What the services of Pneumo need. */
export interface PneumoContext {
  readonly fleet: Fleet;
  readonly pneumo: Pneumo;
}

/** The messages of all instances: what has happened over HTTP, what happens over a websocket. */
export const pneumoRoutes: Service<PneumoContext> = {
  api: 'connect',
  routes(app, { pneumo, fleet }) {
    const filterOf = (request: FastifyRequest): PneumoFilter => {
      const src = queryValue(request, 'src');
      return { src: src && fleet.shownName(src), type: queryValue(request, 'type') };
    };

    // The second path is that of clients older than 1.10.
    for (const url of ['/2/pneumo', '/1/notify']) {
      app.route({
        method: 'GET',
        url,
        // Before the upgrade, so that a bad query is answered in words.
        preValidation: async (request) => void filterOf(request),
        handler: async (request) =>
          pneumo.history(queryCount(request, 'count', { from: 0, to: MOST }) ?? USUAL_COUNT, filterOf(request)),
        wsHandler: (socket, request) => tellSocket(socket, pneumo, filterOf(request)),
      });
    }

    app.delete('/2/pneumo', async (_request, reply) => {
      pneumo.flush();
      return reply.code(204).send();
    });
  },
};
