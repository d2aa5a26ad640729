import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { Catalog } from '../catalog/catalog.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { ConnectionLimits } from './admission.ts';
import { Admission } from './admission.ts';
import { answerBrokenRequest } from './answer-broken-request.ts';
import { answerErrors, answerHttpError } from './answer-errors.ts';
import { requireToken } from './auth.ts';
import { acceptBytes } from './body.ts';
import { Configuration } from './configuration.ts';
import { configure } from './configure.ts';
import { Connections } from './connections.ts';
import { cutSlowBodies } from './cut-slow-bodies.ts';
import { EngineFiles } from './engine-files.ts';
import type { FleetMembers } from './fleet.ts';
import { Fleet } from './fleet.ts';
import { guard } from './guard.ts';
import { Guesses } from './guesses.ts';
import { Jobs } from './jobs/jobs.ts';
import { Metrics } from './metrics/metrics.ts';
import { answerNotFound } from './not-found.ts';
import { Outputs } from './outputs.ts';
import { KafkaSink } from './pneumo/kafka-sink.ts';
import { Pneumo } from './pneumo/pneumo.ts';
import { Policies } from './policies.ts';
import type { ServerContext } from './register-services.ts';
import { registerServices } from './register-services.ts';
import type { RecordedPath, RouteTable } from './route-table.ts';
import { SchemaChecks } from './schema-checks.ts';
import { FleetSensors } from './sensors/fleet-sensors.ts';
import { Sessions } from './sessions.ts';
import { Statistics } from './statistics.ts';
import { acceptWebsockets } from './websockets.ts';

const UPLOAD_LIMIT_BYTES = 4 * 1024 ** 3;
const LONGEST_UPLOAD_MS = 3_600_000;

/** How long clients may take. */
export interface Patience {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** How often Node looks for headers that are late. */
  readonly checkMs: number;
  /** For each piece of a body, see `cutSlowBodies`. */
  readonly bodyMs: number;
}

const PATIENCE: Patience = { headersMs: 10_000, checkMs: 5_000, bodyMs: 30_000 };

const CONNECTIONS: ConnectionLimits = { trusted: 256, strangers: 128, strangersPerAddress: 64 };
/** Without a token everybody is on this machine, and has one address. */
const LOCAL_CONNECTIONS: ConnectionLimits = { trusted: 256, strangers: 256, strangersPerAddress: 256 };

/** A certificate, with those that vouch for it behind it, and its private key: PEM. */
export interface TlsKeys {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly fleet: FleetMembers;
  /** The first configuration, as in PUT /1/config. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly catalog: Catalog;
  readonly snapshots: SnapshotRepository;
  /** Every request must carry it. Without one the server listens on a Unix socket or on loopback only. */
  readonly token?: string;
  /** Makes it speak https. */
  readonly tls?: TlsKeys;
  /** Host names under which the server is known beside those of loopback. */
  readonly hosts?: readonly string[];
  /** What POST /1/shutdown does. */
  readonly shutdown?: () => void;
  /** @default false: only requests on a Unix socket may shut the server down */
  readonly shutdownOverTcp?: boolean;
  /** The most bytes of one snapshot or attachment, which arrive as streams. @default 4 GiB */
  readonly uploadLimitBytes?: number;
  /** @default 10 s for headers, 30 s for each piece of a body */
  readonly patience?: Partial<Patience>;
  /** @default 256 with the token, and 128 without, 64 of them from one address */
  readonly connections?: Partial<ConnectionLimits>;
  /** Told of failures that are the server's own fault. @default writes to stderr */
  readonly report?: (text: string) => void;
}

/** A server that does not listen yet, see `listen`. The fleet's engines stay the caller's. */
export interface Server {
  readonly app: FastifyInstance;
  readonly hasToken: boolean;
  readonly fleet: Fleet;
  readonly hasTls: boolean;
  readonly pneumo: Pneumo;
  readonly sensors: FleetSensors;
  readonly routes: RouteTable;
}

/** The REST API over a fleet and a catalog. */
export function createServer(options: ServerOptions): Server {
  const { headersMs, checkMs, bodyMs } = { ...PATIENCE, ...options.patience };
  const limits = { headersTimeout: headersMs, connectionsCheckingInterval: checkMs } as const;
  // The types tell servers with and without TLS apart; what is used of them here both have.
  const app: FastifyInstance = fastify({
    exposeHeadRoutes: true,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    // Idle sockets of clients that do not repeat a POST live longer than those clients think.
    keepAliveTimeout: 75_000,
    requestTimeout: LONGEST_UPLOAD_MS,
    ...(options.tls === undefined ? { http: limits } : ({ https: { ...options.tls, ...limits } } as object)),
    frameworkErrors: (error, request, reply) => {
      answerHttpError(error, request, reply);
    },
    clientErrorHandler: answerBrokenRequest,
    // Routes check what they get themselves: the compilers of schemas would be loaded for nothing.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: 8192,
    },
  });
  const hasToken = options.token !== undefined;
  const connectionLimits = { ...(hasToken ? CONNECTIONS : LOCAL_CONNECTIONS), ...options.connections };
  const admission = new Admission(app.server, { hasToken, limits: connectionLimits });
  const report = options.report ?? ((text: string) => void process.stderr.write(`${text}\n`));
  answerErrors(app, report);
  guard(app, { hosts: options.hosts ?? [], hasToken });
  const sessions = new Sessions();
  const guesses = new Guesses();
  if (options.token !== undefined) requireToken(app, { token: options.token, sessions, guesses, admission });
  cutSlowBodies(app, bodyMs);
  acceptBytes(app);
  acceptWebsockets(app);

  const fleet = new Fleet(options.fleet);
  const pneumo = new Pneumo();
  const kafka = new KafkaSink(pneumo, report);
  const sensors = new FleetSensors(fleet, pneumo, kafka);
  pneumo.follow(fleet);
  const closing = new AbortController();
  // One listener per request that waits is no leak.
  setMaxListeners(0, closing.signal);
  const connections = new Connections(app.server);
  app.addHook('preClose', async () => {
    closing.abort();
    pneumo.sayGoodbye();
    connections.endWhenIdle();
  });
  const outputs = new Outputs(fleet);
  const jobs = new Jobs(fleet, outputs);
  const engineFiles = new EngineFiles();
  const statistics = new Statistics(fleet);
  app.addHook('onClose', async () => {
    sensors.close();
    await kafka.close();
    pneumo.close();
    jobs.close();
    outputs.close();
    await engineFiles.close();
    statistics.close();
  });
  const routes = new Map<string, RecordedPath>();
  answerNotFound(app, routes);
  const context: ServerContext = {
    fleet,
    pneumo,
    kafka,
    outputs,
    jobs,
    engineFiles,
    statistics,
    schemaChecks: new SchemaChecks(),
    routes,
    metrics: new Metrics(),
    sensors,
    configuration: new Configuration(),
    policies: new Policies(),
    sessions,
    guesses,
    hasTls: options.tls !== undefined,
    ...(options.token === undefined ? {} : { token: options.token }),
    catalog: options.catalog,
    snapshots: options.snapshots,
    closing: closing.signal,
    uploadLimitBytes: options.uploadLimitBytes ?? UPLOAD_LIMIT_BYTES,
    shutdownOverTcp: options.shutdownOverTcp ?? false,
    ...(options.shutdown === undefined ? {} : { shutdown: options.shutdown }),
  };
  if (options.configuration !== undefined) configure(context, options.configuration);
  registerServices(app, context, routes);
  return {
    app,
    hasToken,
    hasTls: options.tls !== undefined,
    fleet,
    pneumo,
    sensors,
    routes,
  };
}

function noSchemas(): never {
  throw new Error('A route has a schema: Fastify needs its compilers for that');
}
