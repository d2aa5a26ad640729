import type { FastifyRequest } from 'fastify';
import { jsonOf } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { REFUSED_BODY } from './engine-v1.ts';
import { queryCount } from './query.ts';
import { revealed } from './revealed.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const DEFAULT_COUNT = 10;
const MOST = 10_000;

/** Reads streams that need not be attached. */
export const streamReading: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, catalog }) {
    const descriptorOf = (request: FastifyRequest): Promise<unknown> =>
      revealed(jsonOf(request, 'The descriptor'), catalog.streams);

    app.post('/1/stream/sample', { config: { errorStatus: REFUSED_BODY } }, async (request) => {
      const count = queryCount(request, 'n', { from: 1, to: MOST }) ?? DEFAULT_COUNT;
      const records = await fleet.engine(instanceOf(request)).sampleStream(await descriptorOf(request), count);
      return records.map((record) => record.toString('base64'));
    });

    app.post('/1/stream/rate', { config: { errorStatus: REFUSED_BODY } }, async (request) => [
      await fleet.engine(instanceOf(request)).measureStream(await descriptorOf(request)),
    ]);
  },
};
