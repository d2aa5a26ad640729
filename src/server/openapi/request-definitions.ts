import { JOB_TURNS } from '../../api/shapes.ts';
import type { DescriptorField } from '../../streams/descriptor-fields.ts';
import { DESCRIPTOR_FIELDS } from '../../streams/descriptor-fields.ts';
import type { Schema } from './operation.ts';
import {
  anyOf,
  anything,
  boolean,
  integer,
  listOf,
  mapOf,
  nullable,
  number,
  object,
  oneOf,
  ref,
  string,
} from './schemas.ts';

/** Everything may be missing. */
const loose = (properties: Readonly<Record<string, Schema>>): Schema => object(properties, Object.keys(properties));

const amount = anyOf(number, { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]+)?[KMGT]?$' });
const spell = { Duration: number, MaxReads: { type: 'integer', minimum: 1 } } as const;

const streamDescriptor: Readonly<Record<DescriptorField, Schema>> = {
  Version: string,
  Description: string,
  Transport: anyOf(
    oneOf('REST', 'discard'),
    object({ Type: oneOf('REST', 'inline', 'discard'), Data: listOf(anyOf(string, integer)) }, ['Data']),
    object({ Type: oneOf('file'), Path: string }),
    object({ Type: oneOf('HTTP'), URL: string }),
    object({ Type: oneOf('TCP', 'UDP'), Host: string, Port: { type: 'integer', minimum: 0, maximum: 65_535 } }, [
      'Host',
    ]),
    object({ Type: oneOf('kafka'), BootstrapServers: listOf(string), Topic: string, Partition: integer }, [
      'Partition',
    ]),
    object({ Type: oneOf('exec'), Run: string }),
  ),
  Loop: boolean,
  SkipTo: nullable(integer),
  SkipToRecord: nullable(anyOf(integer, oneOf('earliest', 'latest'))),
  Envelope: nullable(
    anyOf(oneOf('delimited', 'fixed', 'deprecated'), object({ Type: oneOf('delimited'), Separator: string })),
  ),
  Encoding: nullable(oneOf('json', 'avro-binary', 'utf-8', 'soap/rpc')),
  Schema: nullable(ref('AvroSchema')),
  Batching: nullable(anyOf(oneOf('normal', 'explicit'), loose({ Watermark: nullable(integer), NagleTime: integer }))),
  LingerTime: nullable(integer),
  EndMarker: nullable(string),
};

/** What clients send. */
export const REQUEST_DEFINITIONS: Readonly<Record<string, Schema>> = {
  StreamDescriptor: object(
    streamDescriptor,
    DESCRIPTOR_FIELDS.filter((name) => name !== 'Transport'),
  ),
  SensorDescriptor: object(
    {
      Tap: string,
      Activate: anyOf(
        oneOf('permanent'),
        object({ Type: oneOf('regular'), Interval: number, ...spell }, Object.keys(spell)),
        object({ Type: oneOf('random'), Intensity: number, ...spell }, Object.keys(spell)),
      ),
      Aggregate: nullable(
        anyOf(
          oneOf('accumulate', 'sum', 'count'),
          object({ Type: oneOf('accumulate'), SampleSize: integer }, ['SampleSize']),
        ),
      ),
      Filter: nullable(
        anyOf(
          object({ Type: oneOf('>', '>=', '<', '<='), Threshold: amount }),
          object({ Type: oneOf('within-range', 'outside-range'), MinValue: amount, MaxValue: amount }),
        ),
      ),
      Report: loose({ Interval: number }),
      Sink: anyOf(oneOf('pneumo'), object({ Type: oneOf('Kafka'), Topic: string, Partition: integer }, ['Partition'])),
      Version: string,
      Description: string,
    },
    ['Activate', 'Aggregate', 'Filter', 'Report', 'Sink', 'Version', 'Description'],
  ),
  AvroSchema: anyOf(
    oneOf('null', 'boolean', 'int', 'long', 'float', 'double', 'string', 'bytes'),
    object({ type: oneOf('array'), items: oneOf('int', 'string') }),
    object({ type: oneOf('map'), values: oneOf('int', 'string') }),
    object({
      type: oneOf('record'),
      name: string,
      fields: listOf(object({ name: string, type: oneOf('int', 'double', 'string') })),
    }),
  ),
  Configuration: object({
    fastscore: loose({
      fleet: listOf(
        object({ api: oneOf('engine', 'model-manage'), host: string, port: anyOf(integer, string), name: string }, [
          'name',
        ]),
      ),
      pneumo: anyOf(
        object({ type: oneOf('REST') }),
        object({ type: oneOf('kafka'), bootstrap: listOf({ ...string, example: '127.0.0.1:9092' }), topic: string }, [
          'topic',
        ]),
      ),
      db: mapOf(anyOf(string, integer)),
    }),
  }),
  Record: object({ data: anything }),
  JobRequest: object({ model: string, turn: oneOf(...JOB_TURNS) }, ['turn']),
  SnapshotRequest: loose({ misc: string }),
  WebhookEvent: { type: 'object' },
};
