import type { FastifyRequest } from 'fastify';
import { bareMediaType } from '../api/media-types.ts';
import { FastScoreError } from '../core/errors.ts';
import { bytesOf, utf8Of } from './body.ts';
import type { CompatContext } from './compat-context.ts';
import { queryFlag } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const MEDIA_TYPE = /application\/vnd\.fastscore\.import-policy-(python3?|r|java|c)(?![\w+-])/;

/** Import policies of an engine, one for each type of model, told by the media type. */
export const policyRoutes: Service<CompatContext> = {
  api: 'engine',
  routes(app, { fleet, policies }) {
    const engineOf = (request: FastifyRequest): string => fleet.engine(instanceOf(request)).name;

    app.get('/1/policy', async (request, reply) => {
      const { accept = '' } = request.headers;
      const mtype = typeOf(accept, 'Accept');
      reply.header('content-type', `application/vnd.fastscore.import-policy-${mtype}`);
      return reply.send(Buffer.from(policies.textOf(engineOf(request), mtype)));
    });

    app.put('/1/policy', async (request, reply) => {
      const mtype = typeOf(bareMediaType(request.headers['content-type'] ?? ''), 'Content-Type');
      const text = utf8Of(bytesOf(request)).toString('utf8');
      if (queryFlag(request, 'preinstall')) await policies.preinstall(engineOf(request), mtype, text);
      else await policies.set(engineOf(request), mtype, text);
      return reply.code(201).send();
    });
  },
};

function typeOf(mediaTypes: string, header: string): string {
  const mtype = MEDIA_TYPE.exec(mediaTypes.toLowerCase())?.[1];
  if (mtype !== undefined) return mtype;
  throw new FastScoreError('BAD_INPUT', `${header} '${mediaTypes.slice(0, 100)}' is not that of an import policy`, {
    hint: 'Such as application/vnd.fastscore.import-policy-python3',
  });
}
