import { expect, test } from 'vitest';
import { internalForm, parseDescriptor } from '../../../../src/streams/descriptor.ts';

const kafka = (more: object = {}, outer: object = {}): object => ({
  Transport: { Type: 'Kafka', BootstrapServers: ['h'], Topic: 't', ...more },
  Encoding: 'json',
  ...outer,
});

test('defaults are those of FastScore 1.10', () => {
  expect(internalForm(parseDescriptor(kafka()))).toMatchObject({
    transport: { type: 'kafka', bootstrap_servers: ['h:9092'], topic: 't', partition: 0, max_wait_time: 8388607 },
    skip_to_record: 'latest',
  });
  expect(internalForm(parseDescriptor(kafka({}, { Loop: true })))).toMatchObject({ skip_to_record: 'earliest' });
});

test('passwords are masked, references to secrets are shown', () => {
  const sasl = (Password: string) => ({ Sasl: { Mechanism: 'scram-sha-256', Username: 'ann', Password } });
  const shown = (password: string) => JSON.stringify(internalForm(parseDescriptor(kafka(sasl(password)))));
  expect(shown('canary')).not.toContain('canary');
  expect(shown('secret://kafka')).toContain('secret://kafka');
});

test.each([
  [kafka({ BootstrapServers: [] }), "'BootstrapServers' must name a broker"],
  [kafka({ BootstrapServers: ['http://h'] }), "'BootstrapServers' must be a list of host:port, not 'http://h'"],
  [kafka({ Topic: 'a b' }), "'Topic' must be letters, digits, dots, hyphens and underscores, not 'a b'"],
  [kafka({ Principal: 'p' }), "Kerberos ('Principal', 'Keytab') is not supported by this release"],
  [kafka({ Partition: -1 }), '\'Partition\' must be the number of a partition or "all"'],
  [kafka({ Partition: 'all', TransactionalId: 'x' }), "'Partition' must be a number with 'TransactionalId'"],
  [kafka({ EndWhen: 'first' }), '\'EndWhen\' must be "all" or "any", not \'first\''],
  [kafka({ Key: 'user', Metadata: true }), "'Key' and 'Metadata' do not go together"],
  [kafka({}, { SkipToRecord: null }), 'SkipToRecord cannot be null for a Kafka stream'],
  [kafka({}, { Envelope: 'delimited' }), "Transport 'Kafka' preserves record boundaries, Envelope must be null"],
  [kafka({ Type: 'kafka-offset' }), "kafka-offset requires 'Group'"],
  [kafka({ Type: 'kafka-offset', Group: 'g', CommitOffset: false }), "'CommitOffset' must be true for kafka-offset"],
])('%j is refused', (json, message) => {
  expect(() => parseDescriptor(json)).toThrow(message);
});

test.each([{ Metadata: true }, { Key: 'user' }])('%j needs JSON', (more) => {
  expect(() => parseDescriptor(kafka(more, { Encoding: 'utf-8' }))).toThrow(/'Encoding' must be json/);
});
