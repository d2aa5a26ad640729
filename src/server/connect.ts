import type { FleetEntry } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import { isLocalSocket } from './answer-errors.ts';
import { readConfiguration } from './configuration-body.ts';
import { configure } from './configure.ts';
import type { FleetContext } from './fleet-context.ts';
import { queryList, queryValue } from './query.ts';
import type { Service } from './service.ts';
import { sendJsonOrYaml } from './yaml-reply.ts';

const FIELDS = ['id', 'name', 'api', 'host', 'port', 'release', 'built_on', 'health'] as const;
const FILTERS = ['name', 'api', 'host', 'port', 'release', 'health'] as const satisfies (keyof FleetEntry)[];

/** What the oldest clients on R call an engine. */
const OLD_ENGINE_API = 'engine-x';

/** The instance `connect`: the fleet and its configuration. */
export const connect: Service<FleetContext> = {
  api: 'connect',
  routes(app, context) {
    const { fleet, configuration, shutdown, shutdownOverTcp } = context;
    // FastScore 1.10 answers 403 until a configuration is set. Here there always is a fleet.
    app.get('/1/connect', async (request) => {
      const fields = queryList(request, 'return');
      const unknown = fields?.find((field) => !(FIELDS as readonly string[]).includes(field));
      if (unknown !== undefined) {
        throw new FastScoreError('BAD_INPUT', `'${unknown}' in 'return' is not a field of an instance`, {
          hint: `Fields are ${FIELDS.join(', ')}`,
        });
      }
      const { localAddress = 'localhost', localPort = 0 } = request.socket;
      const entries = fleet.entries({ host: localAddress, port: localPort }).filter((entry) =>
        FILTERS.every((field) => {
          const wanted = queryValue(request, field);
          return wanted === undefined || (wanted === OLD_ENGINE_API ? 'engine' : wanted) === String(entry[field]);
        }),
      );
      if (fields === undefined) return entries;
      return entries.map((entry) =>
        Object.fromEntries(Object.entries(entry).filter(([field]) => fields.includes(field))),
      );
    });

    app.put('/1/config', async (request, reply) => {
      const isFirst = configure(context, await readConfiguration(request));
      return reply.code(isFirst ? 201 : 204).send();
    });

    app.get('/1/config', async (request, reply) => {
      return sendJsonOrYaml(request, reply, configuration.get(queryValue(request, 'q')));
    });

    app.post('/1/shutdown', async (request, reply) => {
      if (shutdown === undefined || !(isLocalSocket(request) || shutdownOverTcp)) {
        throw new FastScoreError('FORBIDDEN', 'This server is not to be shut down from here', {
          hint: 'Stop its process instead',
        });
      }
      reply.raw.once('close', shutdown);
      return reply.header('connection', 'close').code(204).send();
    });
  },
};
