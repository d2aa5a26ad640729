import { SERVICE_BASE } from '../api/paths.ts';
import { release } from '../util/release.ts';
import type { ServiceApi } from './fleet.ts';
import type { Operation } from './operations.ts';
import { OPERATIONS } from './operations.ts';
import type { RouteTable } from './route-table.ts';

/**
 * The API as a Swagger 2.0 document: paths, methods, queries and media types. What is in the bodies is told in
 * docs/rest-api.md.
 * @param instance whose paths are meant; undefined: all of them, addressed directly
 */
export function swaggerDocument(
  table: RouteTable,
  instance?: { readonly name: string; readonly api: ServiceApi },
): Record<string, unknown> {
  const paths: Record<string, unknown> = {};
  for (const [url, { api, methods }] of table) {
    if (url.startsWith(SERVICE_BASE)) continue;
    if (instance !== undefined && api !== null && api !== instance.api) continue;
    const operations = [...methods]
      .filter((method) => SWAGGER_METHODS.has(method))
      .map((method) => [method.toLowerCase(), described(OPERATIONS[`${method} ${url}`])]);
    paths[url.replace(/:(\w+)/g, '{$1}')] = { parameters: parametersOf(url), ...Object.fromEntries(operations) };
  }
  return {
    swagger: '2.0',
    info: { title: `fastscore ${instance?.name ?? 'server'}`, version: release },
    basePath: instance === undefined ? '/' : `${SERVICE_BASE}/${encodeURIComponent(instance.name)}`,
    paths,
  };
}

const ANY_RESPONSE = { default: { description: 'A status of 2xx; of others, the body is one line of text' } };

const SWAGGER_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);

function described({ query = {}, consumes }: Operation = {}): Record<string, unknown> {
  const parameters: unknown[] = Object.entries(query).map(([name, type]) => ({ name, in: 'query', ...type }));
  if (consumes === undefined) {
    return { ...(parameters.length === 0 ? {} : { parameters }), responses: ANY_RESPONSE };
  }
  const body = { name: 'body', in: 'body', schema: {} };
  return { consumes: [...consumes], parameters: [...parameters, body], responses: ANY_RESPONSE };
}

function parametersOf(url: string): unknown[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, type: 'string' }));
}
