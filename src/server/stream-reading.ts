import type { FastifyRequest } from 'fastify';
import { jsonOf } from './body.ts';
import { REFUSED_BODY } from './engine-v1.ts';
import { queryCount } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const DEFAULT_COUNT = 10;
const MOST = 10_000;

/** Reads streams that need not be attached. */
export const streamReading: Service = {
  api: 'engine',
  routes(app, { fleet }) {
    const descriptorOf = (request: FastifyRequest): unknown => jsonOf(request, 'The descriptor');

    app.post('/1/stream/sample', { config: { errorStatus: REFUSED_BODY } }, async (request) => {
      const count = queryCount(request, 'n', { from: 1, to: MOST }) ?? DEFAULT_COUNT;
      const records = await fleet.engine(instanceOf(request)).sampleStream(descriptorOf(request), count);
      return records.map((record) => record.toString('base64'));
    });

    app.post('/1/stream/rate', { config: { errorStatus: REFUSED_BODY } }, async (request) => [
      await fleet.engine(instanceOf(request)).measureStream(descriptorOf(request)),
    ]);
  },
};
