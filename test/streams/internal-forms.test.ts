import { expect, test } from 'vitest';
import { internalForm, parseDescriptor } from '../../src/streams/descriptor.ts';

const ODBC = 'Driver=PostgreSQL;Server=db;Port=5433;Database=loads;Uid=ann;Pwd=canary';
const BROKERS = { bootstrap_servers: ['k1:9092', 'k2:9093'], topic: 't', partition: 0, max_wait_time: 8388607 };
const KAFKA = { Type: 'Kafka', BootstrapServers: ['k1', 'k2:9093'], Topic: 't' };
const OBJECT = { region: 'us-east-1', bucket: 'records', object_key: 'a/b', integrity_checks: false };

/** A transport as it is written, and the same in its internal form, all defaults filled in. */
test.each([
  ['REST', { type: 'rest', mode: 'simple' }],
  ['rest', { type: 'rest', mode: 'simple' }],
  [
    { Type: 'REST', Mode: 'Chunked' },
    { type: 'rest', mode: 'chunked' },
  ],
  [
    { Type: 'HTTP', Url: 'https://h/a?b=1' },
    { type: 'http', url: 'https://h/a?b=1', chunked: false },
  ],
  [
    { Type: 'http', Url: 'http://h:81/', Chunked: true },
    { type: 'http', url: 'http://h:81/', chunked: true },
  ],
  [KAFKA, { type: 'kafka', ...BROKERS, commit_offset: true }],
  [
    { ...KAFKA, Group: 'g', CommitOffset: false, MaxWaitTime: 5000 },
    { type: 'kafka', ...BROKERS, group: 'g', commit_offset: false, max_wait_time: 5000 },
  ],
  [
    { ...KAFKA, Partition: 'all', EndWhen: 'any' },
    { type: 'kafka', ...BROKERS, partition: 'all', end_when: 'any', commit_offset: true },
  ],
  [
    { ...KAFKA, Type: 'kafka-offset', Group: 'g' },
    { type: 'kafka-offset', ...BROKERS, group: 'g', commit_offset: true },
  ],
  [
    { Type: 'S3', Bucket: 'records', ObjectKey: 'a/b' },
    { type: 's3', ...OBJECT },
  ],
  [
    {
      Type: 'S3',
      Bucket: 'records',
      ObjectKey: 'a/b',
      Region: 'eu-west-1',
      AccessKeyID: 'id',
      SecretAccessKey: 'canary',
    },
    { type: 's3', ...OBJECT, region: 'eu-west-1', access_key_id: '*****', secret_access_key: '*****' },
  ],
  [
    { Type: 'file', Path: '/data/in' },
    { type: 'file', path: '/data/in' },
  ],
  [
    { Type: 'ODBC', ConnectionString: ODBC, SelectQuery: 'SELECT 1', Timeout: 50 },
    {
      type: 'odbc',
      connection_string: 'Server=db;Port=5433;Database=loads;Uid=ann;Pwd=*****',
      select_query: 'SELECT 1',
      timeout: 50,
    },
  ],
  [
    { Type: 'ODBC', ConnectionString: ODBC, InsertIntoTable: 't', OutputFields: ['a'] },
    {
      type: 'odbc',
      connection_string: 'Server=db;Port=5433;Database=loads;Uid=ann;Pwd=*****',
      insert_into_table: 't',
      output_fields: ['a'],
    },
  ],
  [
    { Type: 'TCP', Host: 'h', Port: 1 },
    { type: 'tcp', host: 'h', port: 1 },
  ],
  [
    { Type: 'UDP', Port: 1 },
    { type: 'udp', port: 1, bind_to: '0.0.0.0' },
  ],
  [
    { Type: 'UDP', Port: 1, Bind: '127.0.0.1' },
    { type: 'udp', port: 1, bind_to: '127.0.0.1' },
  ],
  [
    { Type: 'exec', Run: '/bin/cat' },
    { type: 'exec', run: '/bin/cat', args: [] },
  ],
  [
    { Type: 'exec', Run: '/bin/cat', Args: ['-v'] },
    { type: 'exec', run: '/bin/cat', args: ['-v'] },
  ],
  [
    { Type: 'inline', Data: ['1', '2'] },
    { type: 'inline', data: ['1', '2'] },
  ],
  [
    { Type: 'inline', Data: 'aaa\nbbb' },
    { type: 'inline', data: 'aaa\nbbb' },
  ],
  [
    { Type: 'inline', DataBinary: ['AQI='] },
    { type: 'inline', data_binary: ['AQI='] },
  ],
  [
    { Type: 'debug', Data: ['1'] },
    { type: 'inline', data: ['1'] },
  ],
  ['discard', { type: 'discard' }],
])('%j has its internal form', (transport, expected) => {
  const { transport: form } = internalForm(parseDescriptor({ Transport: transport }));
  expect(form).toEqual(expected);
  expect(JSON.stringify(form)).not.toContain('canary');
});

test.each([
  ['normal', { watermark: 1000, nagle_time: 500 }],
  ['explicit', { watermark: 'infinity' }],
  [null, { watermark: 1 }],
  [{ Watermark: 7, NagleTime: null }, { watermark: 7 }],
  [
    { Watermark: null, NagleTime: 0 },
    { watermark: 'infinity', nagle_time: 0 },
  ],
  [{ NagleTime: 20 }, { watermark: 1000, nagle_time: 20 }],
])('batching %j has its internal form', (Batching, expected) => {
  expect(internalForm(parseDescriptor({ Transport: 'REST', Batching })).batching).toEqual(expected);
});

test('the examples of the manual have their internal forms', () => {
  const csv = {
    Transport: { Type: 'file', Path: '/data/in.csv' },
    Encoding: 'csv',
    Envelope: { Type: 'delimited-csv', Separator: '\n' },
    Schema: { $ref: 'trip' },
  };
  const common = { loop: false, batching: { watermark: 1000, nagle_time: 500 }, linger_time: 3000 };
  expect(internalForm(parseDescriptor(csv))).toEqual({
    ...common,
    transport: { type: 'file', path: '/data/in.csv' },
    envelope: { type: 'delimited-csv', separator: '\n', skip_header: true, skip_blank_lines: true },
    encoding: 'csv',
    schema: { $ref: 'trip' },
  });
  const kafka = { Transport: KAFKA, Loop: true, Encoding: 'avro-binary', Schema: 'double', LingerTime: 0 };
  expect(internalForm(parseDescriptor(kafka), 'double')).toEqual({
    ...common,
    loop: true,
    transport: { type: 'kafka', ...BROKERS, commit_offset: true },
    skip_to_record: 'earliest',
    encoding: 'avro-binary',
    schema: 'double',
    linger_time: 0,
  });
});
