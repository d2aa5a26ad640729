import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Kinds of instances, as a fleet lists them. */
export type ServiceApi = 'connect' | 'model-manage' | 'engine';

/**
 * The routes of one service, with paths that begin with the version. They are registered twice: what lasts is in the context.
 * `Context` is what its handlers need of the server, no more.
 */
export interface Service<Context> {
  /** null: the routes are common to all instances. */
  readonly api: ServiceApi | null;
  readonly routes: (app: FastifyInstance, context: Context) => void;
}

/** The instance in the path, undefined when the service is addressed directly. */
export function instanceOf(request: FastifyRequest): string | undefined {
  return (request.params as { instance?: string }).instance;
}
