import { JSON_MEDIA_TYPE } from '../../api/media-types.ts';
import { SERVICE_BASE } from '../../api/paths.ts';
import { ERROR_MEDIA_TYPE } from '../../api/shapes.ts';
import { release } from '../../util/release.ts';
import type { RouteTable } from '../route-table.ts';
import type { ServiceApi } from '../service.ts';
import type { Operation, Reply } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { REPLY_DEFINITIONS } from './reply-definitions.ts';
import { REQUEST_DEFINITIONS } from './request-definitions.ts';

/**
 * The API as a Swagger 2.0 document, made from the paths and methods that are there.
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
      .map((method) => [method.toLowerCase(), described(method, url)]);
    const parameters = pathParametersOf(url);
    paths[url.replace(/:(\w+)/g, '{$1}')] = {
      ...(parameters.length === 0 ? {} : { parameters }),
      ...Object.fromEntries(operations),
    };
  }
  return {
    swagger: '2.0',
    info: { title: `fastscore ${instance?.name ?? 'server'}`, version: release },
    basePath: instance === undefined ? '/' : `${SERVICE_BASE}/${encodeURIComponent(instance.name)}`,
    paths,
    definitions: { ...REQUEST_DEFINITIONS, ...REPLY_DEFINITIONS },
    responses: { Error: ERROR },
  };
}

const ERROR = {
  description: `Why not, in one line of text; for who accepts ${ERROR_MEDIA_TYPE} as JSON`,
  schema: { type: 'string' },
};

const SWAGGER_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);

/** Of the names in paths, those that are numbers. */
const NUMBERS: ReadonlySet<string> = new Set(['slot', 'in', 'out']);

function described(method: string, url: string): Record<string, unknown> {
  const own = OPERATIONS[`${method} ${url}`];
  if (own !== undefined) return operationOf(own);
  const get = OPERATIONS[`GET ${url}`];
  return get === undefined ? operationOf({ replies: {} }) : headOf(get);
}

function operationOf(operation: Operation): Record<string, unknown> {
  const { consumes, replies } = operation;
  const parameters = [...queryOf(operation), ...headersOf(operation), ...bodyOf(operation)];
  const hasJson = Object.values(replies).some(({ schema }) => schema !== undefined);
  const produces = operation.produces ?? (hasJson ? [JSON_MEDIA_TYPE] : undefined);
  return {
    ...(consumes === undefined ? {} : { consumes }),
    ...(produces === undefined ? {} : { produces }),
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { ...replies, default: { $ref: '#/responses/Error' } },
  };
}

/** As GET, without a body. */
function headOf(get: Operation): Record<string, unknown> {
  const replies = Object.entries(get.replies).map(([status, { description }]): [string, Reply] => [
    status,
    { description },
  ]);
  return operationOf({ ...get, replies: Object.fromEntries(replies) });
}

function queryOf({ query = {} }: Operation): unknown[] {
  return Object.entries(query).map(([name, type]) => ({ name, in: 'query', ...type }));
}

function headersOf({ headers = {} }: Operation): unknown[] {
  return Object.entries(headers).map(([name, description]) => ({ name, in: 'header', type: 'string', description }));
}

function bodyOf({ body, form = [], isBodyOptional }: Operation): unknown[] {
  const fields = form.map((name) => ({ name, in: 'formData', type: 'string', required: true }));
  if (body === undefined) return fields;
  return [{ name: 'body', in: 'body', required: isBodyOptional !== true, schema: body }, ...fields];
}

function pathParametersOf(url: string): unknown[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    type: NUMBERS.has(name) ? 'integer' : 'string',
  }));
}
