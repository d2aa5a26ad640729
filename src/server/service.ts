import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Catalog } from '../catalog/catalog.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { Configuration } from './configuration.ts';
import type { EngineFiles } from './engine-files.ts';
import type { Fleet, ServiceApi } from './fleet.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Outputs } from './outputs.ts';
import type { KafkaSink } from './pneumo/kafka-sink.ts';
import type { Pneumo } from './pneumo/pneumo.ts';
import type { Policies } from './policies.ts';
import type { RouteTable } from './route-table.ts';
import type { SchemaChecks } from './schema-checks.ts';
import type { FleetSensors } from './sensors/fleet-sensors.ts';
import type { Sessions } from './sessions.ts';
import type { Statistics } from './statistics.ts';

/** What the handlers share. */
export interface ServiceContext {
  readonly fleet: Fleet;
  readonly catalog: Catalog;
  readonly snapshots: SnapshotRepository;
  readonly pneumo: Pneumo;
  readonly kafka: KafkaSink;
  readonly metrics: Metrics;
  readonly sensors: FleetSensors;
  readonly outputs: Outputs;
  readonly engineFiles: EngineFiles;
  readonly statistics: Statistics;
  readonly schemaChecks: SchemaChecks;
  readonly configuration: Configuration;
  readonly policies: Policies;
  readonly sessions: Sessions;
  /** What every request must carry, if anything. */
  readonly token?: string;
  readonly hasTls: boolean;
  /** Ends the process in good order; absent where that is nobody's business. Requests on a Unix socket may, others only if `shutdownOverTcp`. */
  readonly shutdown?: () => void;
  readonly shutdownOverTcp: boolean;
  /** The most that one snapshot or attachment may have. */
  readonly uploadLimitBytes: number;
  /** Fires when the server is to close: long polls answer at once. */
  readonly closing: AbortSignal;
  readonly routes: RouteTable;
}

/** The routes of one service, with paths that begin with the version. They are registered twice: what lasts is in the context. */
export interface Service {
  /** null: the routes are common to all instances. */
  readonly api: ServiceApi | null;
  readonly routes: (app: FastifyInstance, context: ServiceContext) => void;
}

/** The instance in the path, undefined when the service is addressed directly. */
export function instanceOf(request: FastifyRequest): string | undefined {
  return (request.params as { instance?: string }).instance;
}
