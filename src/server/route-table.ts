import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { ServiceApi } from './service.ts';

export interface RecordedPath {
  /** null: every instance has it. */
  readonly api: ServiceApi | null;
  readonly methods: ReadonlySet<HTTPMethods>;
}

/** What is registered, by path: `/1/model/:name`. Complete when the server is ready. */
export type RouteTable = ReadonlyMap<string, RecordedPath>;

/** Records what will be registered in `scope` and inside it. */
export function recordRoutes(scope: FastifyInstance, api: ServiceApi | null, table: Map<string, RecordedPath>): void {
  scope.addHook('onRoute', ({ url, method }) => {
    const methods = new Set([...(table.get(url)?.methods ?? []), ...([method].flat() as HTTPMethods[])]);
    table.set(url, { api, methods });
  });
}
