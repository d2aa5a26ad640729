import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { typedSchema } from '../../../src/schema/typed-schema.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { openTestInput } from './input-transports.ts';
import { openTestOutput } from './output-transports.ts';

const ROW = { type: 'record', name: 'row', fields: [{ name: 'a', type: 'int' }] };
const fixed = (size: number): object => ({ Type: 'fixed', Size: size });
const bytes = (text: string): string => Buffer.from(text).toString('hex');

/** Encoding, envelope (null: the transport keeps records apart), schema; the bytes of two records with a broken one between them; why. */
const GOES_ON = [
  ['utf-8', 'delimited', null, [bytes('a\n'), 'ff0a', bytes('b\n')], ['a', 'b'], 'not valid UTF-8'],
  ['utf-8', fixed(1), null, [bytes('a'), 'ff', bytes('b')], ['a', 'b'], 'not valid UTF-8'],
  ['utf-8', null, null, [bytes('a'), 'ff', bytes('b')], ['a', 'b'], 'not valid UTF-8'],
  [
    'csv',
    { Type: 'delimited-csv', SkipHeader: false },
    ROW,
    [bytes('1\n'), bytes('2,3\n'), bytes('4\n')],
    ['{"a":1}', '{"a":4}'],
    'the row has 2 values for 1 fields',
  ],
  [
    'csv',
    'delimited',
    ROW,
    [bytes('1\n'), bytes('"2\n'), bytes('4\n')],
    ['{"a":1}', '{"a":4}'],
    'a quote is not closed',
  ],
  [
    'csv',
    fixed(3),
    ROW,
    [bytes('1\0\0'), bytes('2,3'), bytes('4\0\0')],
    ['{"a":1}', '{"a":4}'],
    'the row has 2 values',
  ],
  ['csv', null, ROW, [bytes('1'), bytes('2,3'), bytes('4')], ['{"a":1}', '{"a":4}'], 'the row has 2 values'],
  ['msgpack', fixed(2), null, ['0100', 'c100', '0300'], ['1', '3'], 'not MessagePack: byte c1 is not used'],
  ['msgpack', null, null, ['01', '92', '03'], ['1', '3'], 'the MessagePack value is cut off'],
  ['avro-binary', fixed(2), 'string', ['0261', '0100', '0262'], ['"a"', '"b"'], 'a length is negative'],
  ['avro-binary', null, 'string', ['0261', '0461', '0262'], ['"a"', '"b"'], 'the Avro datum is cut off'],
] as const;

test.each(GOES_ON)(
  '%s, envelope %j: a broken record is rejected with its reason, and the flow goes on',
  async (encoding, envelope, schema, hex, expected, reason) => {
    const stream = await openTestInput(
      {
        Transport: envelope === null ? wholeRecords(hex) : fileOf(Buffer.from(hex.join(''), 'hex')),
        ...(envelope === null ? {} : { Envelope: envelope }),
        Encoding: encoding,
        Schema: schema,
      },
      schema === null ? {} : { schema: typedSchema(schema) },
    );
    const { records, rejects } = await readAll(stream);
    expect(records).toEqual(expected);
    expect(rejects).toEqual([expect.objectContaining({ by: 'encoding', slot: 0, seqno: 2 })]);
    expect(rejects[0]!.reason).toContain(reason);
  },
);

test('avro-binary in blocks: a broken record takes the rest of its block with it, no other block', async () => {
  const path = join(temporaryFolder(), 'out.avro');
  const form = {
    Transport: { Type: 'file', Path: path },
    Encoding: 'avro-binary',
    Envelope: 'ocf-block',
    Schema: 'string',
  };
  const output = await openTestOutput(form, { schema: typedSchema('string') });
  for (const batch of [['"one"', '"two"'], ['"three"', '"broken"', '"lost"'], ['"four"']]) {
    await output.write(recordsOf('json', batch));
  }
  await output.close();
  const data = readFileSync(path);
  data[data.indexOf('broken') - 1] = 1;
  writeFileSync(path, data);
  const { records, rejects } = await readAll(await openTestInput(form, { schema: typedSchema('string') }));
  expect(records).toEqual(['"one"', '"two"', '"three"', '"four"']);
  expect(rejects[0]!.reason).toContain('a length is negative');
});

test.each([
  ['msgpack', null, '01a3616263c102', 5, 'not MessagePack: byte c1 is not used'],
  ['avro-binary', 'string', '02610662636401', 6, 'a length is negative'],
])('%s without an envelope: the stream fails, and says where and why', async (encoding, schema, hex, at, reason) => {
  const stream = await openTestInput(
    { Transport: fileOf(Buffer.from(hex, 'hex')), Encoding: encoding, Schema: schema },
    schema === null ? {} : { schema: typedSchema(schema) },
  );
  await expect(readAll(stream)).rejects.toMatchObject({
    code: 'STREAM_FAILED',
    message: expect.stringContaining(`the record at byte ${at} cannot be read (${reason}), nor what follows it`),
    hint: expect.stringContaining('Use an envelope'),
  });
});

function fileOf(data: Buffer): object {
  const path = join(temporaryFolder(), 'in');
  writeFileSync(path, data);
  return { Type: 'file', Path: path };
}

const wholeRecords = (hex: readonly string[]): object => ({
  Type: 'inline',
  DataBinary: hex.map((record) => Buffer.from(record, 'hex').toString('base64')),
});
