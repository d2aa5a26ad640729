import type { FastifyInstance } from 'fastify';
import { SERVICE_BASE } from '../api/paths.ts';
import { attachments } from './attachments.ts';
import type { CatalogContext } from './catalog-context.ts';
import { common } from './common.ts';
import type { CompatContext } from './compat-context.ts';
import { connect } from './connect.ts';
import { cpuSample } from './cpu-sample.ts';
import { debugOutput } from './debug-output.ts';
import type { EngineContext } from './engine-context.ts';
import { engineFileRoutes } from './engine-file-routes.ts';
import { engineInput } from './engine-input.ts';
import { engineV1 } from './engine-v1.ts';
import { engineV2 } from './engine-v2.ts';
import type { FleetContext } from './fleet-context.ts';
import { gitWebhook } from './git-webhook.ts';
import type { JobsContext } from './jobs/routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { login } from './login.ts';
import type { MetricsContext } from './metrics/routes.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { modelManage } from './model-manage.ts';
import type { PneumoContext } from './pneumo/routes.ts';
import { pneumoRoutes } from './pneumo/routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { restore } from './restore.ts';
import type { RecordedPath } from './route-table.ts';
import { recordRoutes } from './route-table.ts';
import { schemaVerification } from './schema-verification.ts';
import type { SensorsContext } from './sensors/routes.ts';
import { sensorRoutes } from './sensors/routes.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { snapshots } from './snapshots.ts';
import { state } from './state.ts';
import { statisticsRoutes } from './statistics-routes.ts';
import { streamReading } from './stream-reading.ts';

/** What the services of a server need, all together. */
export type ServerContext = CatalogContext &
  EngineContext &
  FleetContext &
  JobsContext &
  MetricsContext &
  CompatContext &
  PneumoContext &
  SensorsContext;

const SERVICES: readonly Service<ServerContext>[] = [
  common,
  metricsRoutes,
  connect,
  login,
  pneumoRoutes,
  sensorRoutes,
  modelManage,
  attachments,
  gitWebhook,
  snapshots,
  engineV1,
  engineV2,
  cpuSample,
  engineInput,
  schemaVerification,
  policyRoutes,
  engineFileRoutes,
  statisticsRoutes,
  jobRoutes,
  debugOutput,
  restore,
  streamReading,
  state,
];

/** Each service of the API directly, and as an instance behind the path of a proxy. @param routes is told which paths there are */
export function registerServices(
  app: FastifyInstance,
  context: ServerContext,
  routes: Map<string, RecordedPath>,
): void {
  for (const prefix of ['', `${SERVICE_BASE}/:instance`]) {
    for (const service of SERVICES) app.register(scopeOf(service, context, routes), { prefix });
  }
}

function scopeOf({ api, routes }: Service<ServerContext>, context: ServerContext, table: Map<string, RecordedPath>) {
  return async (scope: FastifyInstance): Promise<void> => {
    recordRoutes(scope, api, table);
    if (api !== null) {
      scope.addHook('onRequest', (request, _reply, done) => {
        context.fleet.instance(api, instanceOf(request));
        done();
      });
    }
    routes(scope, context);
  };
}
