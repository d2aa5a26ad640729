import { BYTES_MEDIA_TYPE, JSON_MEDIA_TYPE, MODEL_MEDIA_TYPES } from '../../api/media-types.ts';
import type { Operation, Schema } from './operation.ts';
import { count, DONE, flag, ok, STORED, text } from './operation.ts';
import { anyOf, bytes, listOf, ref } from './schemas.ts';

const MULTIPART = 'multipart/mixed';
const ARCHIVES = ['application/zip', 'application/gzip'];
export const MODEL_CONTENT_TYPES: readonly string[] = [...new Set(Object.values(MODEL_MEDIA_TYPES))];

const json = { consumes: [JSON_MEDIA_TYPE] };
const snapshots = ok(listOf(ref('Snapshot')));

function documents(kind: string, schema: Schema): Record<string, Operation> {
  return {
    [`GET /1/${kind}`]: { replies: ok(ref('Names')) },
    [`GET /1/${kind}/:name`]: { replies: ok(schema) },
    [`PUT /1/${kind}/:name`]: { ...json, body: schema, replies: STORED },
    [`DELETE /1/${kind}/:name`]: { replies: DONE },
  };
}

/** Of Model Manage, by method and path. */
export const MODEL_MANAGE_OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /1/model': {
    query: { return: { type: 'string', enum: ['type'] } },
    replies: ok(anyOf(ref('Names'), listOf(ref('ModelType')))),
  },
  'GET /1/model/:model': { produces: MODEL_CONTENT_TYPES, replies: ok(bytes) },
  'PUT /1/model/:model': { consumes: MODEL_CONTENT_TYPES, body: bytes, replies: STORED },
  'DELETE /1/model/:model': { replies: DONE },
  'GET /1/model/:model/attachment': { replies: ok(ref('Names')) },
  'GET /1/model/:model/attachment/:name': { produces: ARCHIVES, replies: ok(bytes) },
  'HEAD /1/model/:model/attachment/:name': { produces: ARCHIVES, replies: { 200: { description: 'Type and length' } } },
  'PUT /1/model/:model/attachment/:name': { consumes: ARCHIVES, body: bytes, replies: STORED },
  'DELETE /1/model/:model/attachment/:name': { replies: DONE },
  'GET /1/model/:model/snapshot': { query: { count: count(0), 'date-range': text }, replies: snapshots },
  'GET /1/model/:model/snapshot/:id': { produces: [MULTIPART], replies: ok(bytes) },
  'PUT /1/model/:model/snapshot/:id': {
    query: { trust: flag },
    consumes: [BYTES_MEDIA_TYPE, MULTIPART],
    body: bytes,
    replies: { 201: { description: 'Stored' } },
  },
  'DELETE /1/model/:model/snapshot/:id': { replies: DONE },
  'GET /1/model/:model/snapshot/:id/metadata': { replies: ok(ref('Snapshot')) },
  'GET /1/model/:model/snapshot/:id/contents': {
    headers: { Range: 'bytes=FIRST-LAST' },
    produces: [BYTES_MEDIA_TYPE],
    replies: { ...ok(bytes), 206: { description: 'The bytes asked for', schema: bytes } },
  },
  'PUT /1/model/:model/snapshot/:id/pin': { replies: ok(ref('Snapshot')) },
  'DELETE /1/model/:model/snapshot/:id/pin': { replies: ok(ref('Snapshot')) },
  'POST /1/model/:model/snapshot/prune': { query: { keep: count(0) }, replies: snapshots },
  ...documents('schema', ref('AvroSchema')),
  ...documents('stream', ref('StreamDescriptor')),
  ...documents('sensor', ref('SensorDescriptor')),
  'POST /1/git': { ...json, body: ref('WebhookEvent'), replies: ok(ref('Pulled')) },
};
