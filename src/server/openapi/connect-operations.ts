import { JSON_MEDIA_TYPE, YAML_MEDIA_TYPE } from '../../api/media-types.ts';
import type { Operation } from './operation.ts';
import { count, DONE, ok, STORED, text } from './operation.ts';
import { listOf, ref, string } from './schemas.ts';

const json = { consumes: [JSON_MEDIA_TYPE] };
const sensor = { ...json, body: ref('SensorDescriptor'), replies: ok(ref('NumberedId')) };
const pneumo: Operation = {
  query: { src: text, type: text, count: count(0, 1000) },
  replies: { ...ok(listOf(ref('PneumoMessage'))), 101: { description: 'As a websocket' } },
};

/** Of all instances, and of Connect, by method and path. */
export const CONNECT_OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /metrics': { produces: ['text/plain'], replies: ok(string) },
  'GET /1/health': { replies: ok(ref('Health')) },
  'GET /1/swagger': { produces: [JSON_MEDIA_TYPE, YAML_MEDIA_TYPE], replies: ok({ type: 'object' }) },
  'GET /2/active/sensor': { replies: ok(listOf(ref('ActiveSensor'))) },
  'POST /2/active/sensor': sensor,
  'GET /2/active/sensor/:id': { replies: ok(ref('ActiveSensorDetails')) },
  'DELETE /2/active/sensor/:id': { replies: DONE },
  'GET /2/active/sensor/points': { replies: ok(ref('Names')) },
  'GET /1/control/sensor': { replies: ok(listOf(ref('ControlSensor'))) },
  'POST /1/control/sensor': sensor,
  'GET /1/control/sensor/available': { replies: ok(ref('Names')) },
  'GET /1/control/sensor/:id': { replies: ok(ref('ControlSensorDetails')) },
  'DELETE /1/control/sensor/:id': { replies: DONE },
  'GET /1/connect': {
    query: { name: text, api: text, host: text, port: text, release: text, health: text, return: text },
    replies: ok(listOf(ref('Instance'))),
  },
  'GET /1/config': { query: { q: text }, produces: [JSON_MEDIA_TYPE, YAML_MEDIA_TYPE], replies: ok({}) },
  'PUT /1/config': { consumes: [YAML_MEDIA_TYPE, JSON_MEDIA_TYPE], body: ref('Configuration'), replies: STORED },
  'GET /2/pneumo': pneumo,
  'GET /1/notify': pneumo,
  'DELETE /2/pneumo': { replies: DONE },
  'POST /1/login': {
    consumes: ['application/x-www-form-urlencoded'],
    form: ['username', 'password'],
    replies: { 200: { description: 'The cookie connect.sid' } },
  },
  'POST /1/shutdown': { replies: DONE },
};
