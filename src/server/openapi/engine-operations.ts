import { BYTES_MEDIA_TYPE, JSON_MEDIA_TYPE } from '../../api/media-types.ts';
import { LONGEST_LIMIT_S } from '../query.ts';
import { MODEL_CONTENT_TYPES } from './model-manage-operations.ts';
import type { Operation } from './operation.ts';
import { count, DONE, flag, ok, STORED, seconds, text } from './operation.ts';
import { anything, bytes, integer, listOf, ref, string } from './schemas.ts';

const POLICIES = ['python', 'python3', 'r', 'java', 'c'].map(
  (mtype) => `application/vnd.fastscore.import-policy-${mtype}`,
);
const NAMED_MODEL = { 'Content-Disposition': 'x-model; name="NAME"' };
const NAMED_STREAM = { 'Content-Disposition': 'x-stream; name="NAME"' };

const json = { consumes: [JSON_MEDIA_TYPE] };
const descriptor = { ...json, body: ref('StreamDescriptor') };
const records = { consumes: [BYTES_MEDIA_TYPE], body: bytes };
const output: Operation = {
  query: { job: text },
  produces: [BYTES_MEDIA_TYPE],
  replies: {
    200: { description: 'A record, or a chunk', schema: bytes },
    202: { description: 'Nothing within half a second' },
    204: { description: 'The end of the stream' },
  },
};
const value = { ...json, body: anything, replies: DONE };
const entry = ok(ref('StateEntry'));

/** How long the engine may wait for its jets. */
const wait = { wait: seconds(LONGEST_LIMIT_S) };

/** Of engines, by method and path. */
export const ENGINE_OPERATIONS: Readonly<Record<string, Operation>> = {
  'PUT /1/job/model': {
    query: { 'dry-run': flag, job: text },
    headers: {
      ...NAMED_MODEL,
      'Fastscore-Interpreters':
        'JSON, percent-encoded, on a Unix socket only: {"python": [COMMAND, ...], "R": [COMMAND, ...]}',
    },
    consumes: [...MODEL_CONTENT_TYPES, 'multipart/mixed'],
    body: bytes,
    replies: { ...ok(ref('VerifyInfo')), ...DONE },
  },
  'DELETE /1/job/model': { replies: DONE },
  'PUT /1/job/stream/in': { headers: NAMED_STREAM, ...descriptor, replies: DONE },
  'PUT /1/job/stream/out': { headers: NAMED_STREAM, ...descriptor, replies: DONE },
  'PUT /1/job/stream/:slot': { headers: NAMED_STREAM, ...descriptor, replies: DONE },
  'DELETE /1/job': { query: { force: flag }, replies: DONE },
  'POST /1/job/scale': { query: { n: count(0), ...wait }, replies: DONE },
  'GET /1/job/status': { query: { return: text }, replies: ok(ref('JobStatus')) },
  'POST /1/job/sample/cpu': { query: { duration: seconds(60) }, replies: ok(ref('CpuUsage')) },
  'POST /1/job/input': { ...records, replies: DONE },
  'POST /1/job/input/:slot': { ...records, replies: DONE },
  'GET /1/job/output': output,
  'GET /1/job/output/:slot': output,
  'PUT /1/job/state': { query: { trust: flag, resume: flag }, ...records, replies: DONE },
  'POST /1/stream/sample': { query: { n: count(1, 10_000) }, ...descriptor, replies: ok(listOf(string)) },
  'POST /1/stream/rate': { ...descriptor, replies: ok(listOf(ref('Rate'))) },
  'GET /1/debug/output': { replies: ok(ref('Names')) },
  'GET /1/policy': { produces: POLICIES, replies: ok(string) },
  'PUT /1/policy': {
    query: { preinstall: flag },
    consumes: POLICIES,
    body: bytes,
    replies: { 201: { description: 'Set' } },
  },
  'GET /1/job/statistics': { replies: ok(ref('JobStatistics')) },
  'DELETE /1/job/statistics': { replies: DONE },
  'GET /2/engine/file': { replies: ok(listOf(ref('EngineFile'))) },
  'PUT /2/engine/file': { query: { path: text }, ...records, replies: STORED },
  'DELETE /2/engine/file': { query: { path: text }, replies: DONE },
  'GET /2/engine/state': { query: { while: text, wait: seconds(60) }, replies: ok(ref('EngineState')) },
  'POST /2/engine/pause': { replies: DONE },
  'POST /2/engine/unpause': { replies: DONE },
  'POST /2/engine/reset': { query: { force: flag }, replies: DONE },
  'POST /2/active/job': {
    ...json,
    body: ref('JobRequest'),
    replies: { 201: { description: 'It has the engine, or waits for it', schema: ref('Job') } },
  },
  'GET /2/active/job': { replies: ok(ref('Job')) },
  'GET /2/active/job/:id': { query: { while: text, wait: seconds(60) }, replies: ok(ref('Job')) },
  'DELETE /2/active/job/:id': { replies: DONE },
  'GET /2/active/model': { replies: ok(ref('ActiveModel')) },
  'DELETE /2/active/model': { replies: DONE },
  'POST /2/active/model/scale': { query: wait, ...json, body: integer, isBodyOptional: true, replies: DONE },
  'POST /2/active/model/roundtrip/:in/:out': {
    query: { timeout: seconds(600) },
    ...records,
    produces: [BYTES_MEDIA_TYPE],
    replies: ok(bytes),
  },
  'GET /2/active/stream': { replies: ok(listOf(ref('ActiveStream'))) },
  'PUT /2/active/stream/:slot': {
    query: { 'dry-run': flag, apart: flag, job: text },
    headers: NAMED_STREAM,
    ...descriptor,
    replies: { ...ok({ type: 'object' }), ...DONE },
  },
  'DELETE /2/active/stream/:slot': { replies: DONE },
  'POST /2/active/schema/verify': { ...json, body: ref('AvroSchema'), replies: ok(ref('NumberedId')) },
  'POST /2/active/schema/verify/:id': { ...json, body: ref('Record'), replies: DONE },
  'DELETE /2/active/schema/verify/:id': { replies: DONE },
  'POST /2/active/snapshot': {
    query: wait,
    ...json,
    body: ref('SnapshotRequest'),
    isBodyOptional: true,
    replies: { 201: { description: 'Taken', schema: ref('Snapshot') } },
  },
  'GET /2/active/state': {
    query: { kind: { type: 'string', enum: ['cell', 'item'] }, name: text },
    replies: ok(listOf(ref('StateEntry'))),
  },
  'GET /2/active/state/cell/:name': { replies: entry },
  'PUT /2/active/state/cell/:name': { query: wait, ...value },
  'DELETE /2/active/state/cell/:name': { query: wait, replies: DONE },
  'GET /2/active/state/pool/:pool/:item': { replies: entry },
  'PUT /2/active/state/pool/:pool/:item': { query: wait, ...value },
  'DELETE /2/active/state/pool/:pool/:item': { query: wait, replies: DONE },
  'GET /2/active/state/cell': { query: { name: text }, replies: entry },
  'PUT /2/active/state/cell': { query: { name: text, ...wait }, ...value },
  'DELETE /2/active/state/cell': { query: { name: text, ...wait }, replies: DONE },
  'GET /2/active/state/pool/:pool': { query: { item: text }, replies: entry },
  'PUT /2/active/state/pool/:pool': { query: { item: text, ...wait }, ...value },
  'DELETE /2/active/state/pool/:pool': { query: { item: text, ...wait }, replies: DONE },
};
