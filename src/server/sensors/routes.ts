import type { FastifyRequest } from 'fastify';
import { FastScoreError } from '../../core/errors.ts';
import { jsonOf } from '../body.ts';
import type { Fleet } from '../fleet.ts';
import type { Service } from '../service.ts';
import { instanceOf } from '../service.ts';
import type { FleetSensors } from './fleet-sensors.ts';
import type { InstanceSensors } from './instance-sensors.ts';

interface OfSensor {
  Params: { id: string };
}

/** What the services of sensors need. */
export interface SensorsContext {
  readonly fleet: Fleet;
  readonly sensors: FleetSensors;
}

/** Sensors at work. Every instance has some; directly addressed they are those of the first engine. */
export const sensorRoutes: Service<SensorsContext> = {
  api: null,
  routes(app, { fleet, sensors }) {
    const sensorsOf = (request: FastifyRequest): InstanceSensors => {
      const name = instanceOf(request);
      return sensors.of(name === undefined ? fleet.instance('engine', undefined) : fleet.ownName(name));
    };
    // The second path is that of clients older than 1.10.
    for (const base of ['/2/active/sensor', '/1/control/sensor']) {
      app.post(base, async (request) => ({ id: sensorsOf(request).install(jsonOf(request, 'The sensor descriptor')) }));

      app.delete<OfSensor>(`${base}/:id`, async (request, reply) => {
        sensorsOf(request).uninstall(idOf(request.params.id));
        return reply.code(204).send();
      });
    }

    app.get('/2/active/sensor', async (request) =>
      sensorsOf(request)
        .list()
        .map(({ id, tap }) => ({ id, tap })),
    );

    app.get<OfSensor>('/2/active/sensor/:id', async (request) => {
      const { id, tap, descriptor } = sensorsOf(request).get(idOf(request.params.id));
      return { id, tap, descriptor };
    });

    app.get('/2/active/sensor/points', async (request) => sensorsOf(request).points());

    app.get('/1/control/sensor', async (request) =>
      sensorsOf(request)
        .list()
        .map(({ id, tap }) => ({ id, tap, active: true })),
    );

    app.get('/1/control/sensor/available', async (request) => sensorsOf(request).points());

    app.get<OfSensor>('/1/control/sensor/:id', async (request) => {
      const { id, tap, isPermanent } = sensorsOf(request).get(idOf(request.params.id));
      return { id, tap, permanent: isPermanent };
    });
  },
};

function idOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new FastScoreError('BAD_INPUT', `Invalid sensor id '${text.slice(0, 100)}'`);
}
