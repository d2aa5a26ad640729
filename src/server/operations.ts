import { BYTES_MEDIA_TYPE, JSON_MEDIA_TYPE, MODEL_MEDIA_TYPES } from '../api/media-types.ts';

/** A parameter of a query as Swagger 2.0 describes it. */
export interface QueryParameter {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a request has beside its path. */
export interface Operation {
  readonly query?: Readonly<Record<string, QueryParameter>>;
  /** Media types of the body; none: it has none. */
  readonly consumes?: readonly string[];
}

const text: QueryParameter = { type: 'string' };
const flag: QueryParameter = { type: 'boolean' };
const count = (minimum: number, maximum?: number): QueryParameter => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
});
const seconds = (maximum: number): QueryParameter => ({ type: 'number', minimum: 0, maximum });

const json: Operation = { consumes: [JSON_MEDIA_TYPE] };
const bytes: Operation = { consumes: [BYTES_MEDIA_TYPE] };
const models = [...new Set(Object.values(MODEL_MEDIA_TYPES))];
const policies = ['python', 'python3', 'r', 'java', 'c'].map(
  (mtype) => `application/vnd.fastscore.import-policy-${mtype}`,
);
const multipart = 'multipart/mixed';

/** By method and path, for those that take more than their path says. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /1/connect': {
    query: { name: text, api: text, host: text, port: text, release: text, health: text, return: text },
  },
  'GET /1/config': { query: { q: text } },
  'PUT /1/config': { consumes: ['application/x-yaml', JSON_MEDIA_TYPE] },
  'POST /1/login': { consumes: ['application/x-www-form-urlencoded'] },
  'GET /2/pneumo': { query: { src: text, type: text, count: count(0, 1000) } },
  'POST /2/active/sensor': json,
  'POST /1/control/sensor': json,
  'GET /1/model': { query: { return: { type: 'string', enum: ['type'] } } },
  'PUT /1/model/:model': { consumes: models },
  'PUT /1/model/:model/attachment/:name': { consumes: ['application/zip', 'application/gzip'] },
  'GET /1/model/:model/snapshot': { query: { count: count(0), 'date-range': text } },
  'PUT /1/model/:model/snapshot/:id': { query: { trust: flag }, consumes: [BYTES_MEDIA_TYPE, multipart] },
  'POST /1/git': json,
  'POST /1/model/:model/snapshot/prune': { query: { keep: count(0) } },
  'PUT /1/schema/:name': json,
  'PUT /1/stream/:name': json,
  'PUT /1/sensor/:name': json,
  'PUT /1/job/model': { query: { 'dry-run': flag }, consumes: [...models, multipart] },
  'PUT /1/job/stream/in': json,
  'PUT /1/job/stream/out': json,
  'PUT /1/job/stream/:slot': json,
  'POST /1/job/scale': { query: { n: count(0) } },
  'GET /1/job/status': { query: { return: text } },
  'POST /1/job/sample/cpu': { query: { duration: seconds(60) } },
  'POST /1/job/input': bytes,
  'POST /1/job/input/:slot': bytes,
  'PUT /1/job/state': { query: { trust: flag, resume: flag }, ...bytes },
  'POST /1/stream/sample': { query: { n: count(1, 10_000) }, ...json },
  'POST /1/stream/rate': json,
  'PUT /1/policy': { query: { preinstall: flag }, consumes: policies },
  'GET /2/engine/state': { query: { while: text, wait: seconds(60) } },
  'POST /2/active/model/scale': json,
  'POST /2/active/model/roundtrip/:in/:out': { query: { timeout: seconds(600) }, ...bytes },
  'PUT /2/active/stream/:slot': { query: { 'dry-run': flag }, ...json },
  'POST /2/active/schema/verify': json,
  'POST /2/active/schema/verify/:id': json,
  'POST /2/active/snapshot': json,
  'GET /2/active/state': { query: { kind: { type: 'string', enum: ['cell', 'item'] }, name: text } },
  'PUT /2/active/state/cell/:name': json,
  'PUT /2/active/state/pool/:pool/:item': json,
  'GET /2/active/state/cell': { query: { name: text } },
  'PUT /2/active/state/cell': { query: { name: text }, ...json },
  'DELETE /2/active/state/cell': { query: { name: text } },
  'GET /2/active/state/pool/:pool': { query: { item: text } },
  'PUT /2/active/state/pool/:pool': { query: { item: text }, ...json },
  'DELETE /2/active/state/pool/:pool': { query: { item: text } },
};
