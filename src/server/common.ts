import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

/** What every instance answers. */
export const common: Service = {
  api: null,
  routes(app, { fleet }) {
    app.get('/1/health', async (request) => fleet.health(instanceOf(request)));
  },
};
