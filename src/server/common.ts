import type { FleetContext } from './fleet-context.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { sendJsonOrYaml } from './yaml-reply.ts';

/** What every instance answers. */
export const common: Service<FleetContext> = {
  api: null,
  routes(app, { fleet, routes }) {
    app.get('/1/health', async (request) => fleet.health(instanceOf(request)));

    app.get('/1/swagger', async (request, reply) => {
      const { swaggerDocument } = await import('./openapi/swagger.ts');
      const name = instanceOf(request);
      const document = swaggerDocument(routes, name === undefined ? undefined : { name, api: fleet.apiOf(name) });
      return sendJsonOrYaml(request, reply, document);
    });
  },
};
