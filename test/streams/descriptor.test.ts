import { expect, test } from 'vitest';
import { FastScoreError } from '../../src/core/errors.ts';
import { internalForm, parseDescriptor } from '../../src/streams/descriptor.ts';
import { parseLiteral } from '../../src/streams/literal.ts';

const FILE = { Type: 'file', Path: '/data/in' };
const LIST = { Type: 'inline', Data: ['1'] };
const OCF = { Transport: FILE, Encoding: 'avro-binary', Envelope: 'ocf-block' };

test('the internal form of a descriptor has all defaults filled in', () => {
  expect(internalForm(parseDescriptor({ Transport: 'REST', Schema: null }))).toEqual({
    transport: { type: 'rest', mode: 'simple' },
    loop: false,
    encoding: null,
    batching: { watermark: 1000, nagle_time: 500 },
    linger_time: 3000,
  });
  expect(internalForm(parseDescriptor(parseLiteral('inline:1,2,3')))).toEqual({
    transport: { type: 'inline', data: ['1', '2', '3'] },
    loop: false,
    encoding: 'json',
    schema: 'undefined',
    batching: { watermark: 1000, nagle_time: 500 },
    linger_time: 3000,
  });
});

test('the internal form tells everything that was set, and a known schema in full', () => {
  const descriptor = parseDescriptor({
    Version: '1.2',
    Description: 'loads',
    Transport: { Type: 'FILE', Path: '/data/in' },
    Loop: true,
    SkipTo: 7,
    Envelope: { Type: 'Delimited', Separator: '\r\n' },
    Encoding: 'UTF-8',
    Schema: { $ref: 'load' },
    Batching: 'explicit',
    LingerTime: null,
    EndMarker: '$end-of-stream',
  });
  expect(internalForm(descriptor, 'string')).toEqual({
    transport: { type: 'file', path: '/data/in' },
    loop: true,
    skip_to: 7,
    envelope: { type: 'delimited', separator: '\r\n' },
    encoding: 'utf-8',
    schema: 'string',
    batching: { watermark: 'infinity' },
    end_marker: '$end-of-stream',
  });
  expect(internalForm(descriptor).schema).toEqual({ $ref: 'load' });
});

test.each([
  ['null', { Transport: FILE, Encoding: null }, 'null', 'bytes'],
  ['omitted', { Transport: FILE }, 'null', 'bytes'],
  ['utf8', { Transport: FILE, Encoding: 'utf8' }, 'utf-8', 'text'],
  ['JSON', { Transport: FILE, Encoding: 'JSON' }, 'json', 'json'],
  ['an object', { Transport: FILE, Encoding: { Type: 'json' } }, 'json', 'json'],
])('the encoding may be written as %s', (_, json, name, form) => {
  expect(parseDescriptor(json).encoding).toMatchObject({ name, form });
});

test.each([
  ['file', { Transport: FILE }, 'delimited'],
  ['exec', { Transport: { Type: 'exec', Run: 'cat' } }, 'delimited'],
  ['stdin', { Transport: 'stdin' }, 'delimited'],
  ['inline text', { Transport: { Type: 'inline', Data: '1\n2' } }, 'delimited'],
  ['chunked REST', { Transport: { Type: 'REST', Mode: 'Chunked' } }, 'delimited'],
  ['inline list', { Transport: LIST }, undefined],
  ['simple REST', { Transport: { Type: 'rest', Mode: 'simple' } }, undefined],
  ['null over a file', { Transport: FILE, Envelope: null }, undefined],
  ['fixed over a file', { Transport: FILE, Envelope: { Type: 'fixed', Size: 3 } }, 'fixed'],
])('the envelope by default follows the transport: %s', (_, json, type) => {
  expect(parseDescriptor(json).envelope?.type).toBe(type);
});

test.each([
  ['debug is inline', { Transport: { Type: 'debug', Data: '1' } }, [], { transport: { type: 'inline' } }],
  ['DISCARD', { Transport: 'DISCARD' }, [], { transport: { type: 'discard' } }],
  ['deliminated', { Transport: FILE, Envelope: 'deliminated' }, [], { envelope: { type: 'delimited' } }],
  [
    'Seperator',
    { Transport: FILE, Envelope: { Type: 'delimited', Seperator: ';' } },
    [],
    { envelope: { type: 'delimited' } },
  ],
  [
    'a backslash and an n as separator',
    { Transport: FILE, Envelope: { Type: 'delimited', Separator: '\\r\\n' } },
    ['Separator "\\\\r\\\\n" was read as "\\r\\n"'],
    {},
  ],
  [
    'an envelope around a list',
    { Transport: LIST, Envelope: 'delimited' },
    ["Envelope was ignored: transport 'inline' has a record per item"],
    { envelope: null },
  ],
  [
    'an envelope around REST without a mode',
    { Transport: 'REST', Envelope: 'delimited' },
    [`Transport 'REST' with an Envelope and no Mode was read as Mode "chunked"`],
    { envelope: { type: 'delimited' } },
  ],
])('old spellings are understood: %s', (_, json, warnings, expected) => {
  const descriptor = parseDescriptor(json);
  expect(descriptor.warnings).toEqual(warnings);
  expect(descriptor).toMatchObject(expected);
});

test.each([
  ['normal', undefined, { watermark: 1000, nagleTimeMs: 500 }],
  ['normal', 'Normal', { watermark: 1000, nagleTimeMs: 500 }],
  ['explicit', 'explicit', { watermark: null, nagleTimeMs: null }],
  ['one by one', null, { watermark: 1, nagleTimeMs: null }],
  ['a watermark', { Watermark: 5 }, { watermark: 5, nagleTimeMs: 500 }],
  ['a time', { NagleTime: 5 }, { watermark: 1000, nagleTimeMs: 5 }],
  ['exactly n', { Watermark: 5, NagleTime: null }, { watermark: 5, nagleTimeMs: null }],
  ['at once', { Watermark: null, NagleTime: 0 }, { watermark: null, nagleTimeMs: 0 }],
])('batching is %s', (_, Batching, expected) => {
  const json = { Transport: FILE, ...(Batching === undefined ? {} : { Batching }) };
  expect(parseDescriptor(json).batching).toEqual(expected);
});

test.each([
  [{ Encodng: 'json', Transport: FILE }, "Stream descriptor has no field 'Encodng'", "Did you mean 'Encoding'?"],
  [{ Trasport: FILE }, "Stream descriptor has no field 'Trasport'", "Did you mean 'Transport'?"],
  [{ transport: FILE }, "Stream descriptor has no field 'transport'", "Did you mean 'Transport'?"],
  [{ Transport: { ...FILE, Pth: '/x' } }, "Transport 'file' has no field 'Pth'", "Did you mean 'Path'?"],
  [{ Transport: { Type: 'discard', Url: 'x' } }, "Transport 'discard' has no field 'Url'", 'It has no fields'],
  [
    { Transport: FILE, Envelope: { Type: 'fixed', Separator: ';' } },
    "Envelope 'fixed' has no field 'Separator'",
    'Its fields are Size',
  ],
  [
    { Transport: FILE, Encoding: { Type: 'json', Delimiter: ',' } },
    "Encoding 'json' has no field 'Delimiter'",
    'It has no fields',
  ],
  [{ Transport: FILE, Batching: { WaterMark: 1 } }, "Batching has no field 'WaterMark'", "Did you mean 'Watermark'?"],
  [JSON.parse('{"__proto__":1}'), "Stream descriptor has no field '__proto__'", undefined],
])('an unknown field is refused, with the one that was meant: %j', (json, message, hint) => {
  expect(refusal(json)).toMatchObject({ code: 'BAD_DESCRIPTOR', message, ...(hint && { hint }) });
});

test.each([
  ['x', 'Stream descriptor must be a JSON object'],
  [[], 'Stream descriptor must be a JSON object'],
  [null, 'Stream descriptor must be a JSON object'],
  [{}, 'Transport must be set'],
  [{ Transport: null }, 'Transport must be set'],
  [{ Transport: 1 }, 'Transport must be a string or an object'],
  [{ Transport: {} }, "Transport requires 'Type'"],
  [{ Transport: { Type: 1 } }, "'Type' must be a string"],
  [{ Transport: 'fle' }, "Transport type 'fle' not recognized"],
  [{ Transport: { Type: 'hdfs', Path: '/x' } }, "Transport 'HDFS' is not supported by this release"],
  [{ Transport: { Type: 'kafka', Topic: 'x' } }, "Transport 'Kafka' requires 'BootstrapServers'"],
  [{ Transport: 'file' }, "Transport 'file' requires 'Path'"],
  [{ Transport: { Type: 'file', Path: 1 } }, "'Path' must be a string"],
  [{ Transport: { Type: 'REST', Mode: 'fast' } }, `'Mode' must be "simple" or "chunked"`],
  [{ Transport: 'inline' }, 'inline transport requires Data or DataBinary'],
  [{ Transport: { ...LIST, DataBinary: '' } }, 'inline transport requires Data or DataBinary, not both'],
  [{ Transport: { Type: 'inline', Data: [1] } }, "'Data' must be a string or a list of strings"],
  [{ Transport: { Type: 'inline', DataBinary: 1 } }, "'DataBinary' must be a string or a list of strings"],
  [{ Transport: { Type: 'inline', DataBinary: ['AA==', 'A'] } }, "'DataBinary' must be base64, it is 'A'"],
  [{ Transport: 'exec' }, "Transport 'exec' requires 'Run'"],
  [{ Transport: { Type: 'exec', Run: ' ' } }, "'Run' must not be empty"],
  [{ Transport: { Type: 'exec', Run: 'a', Args: ['secret\0'] } }, "'Run' and 'Args' must not hold zero bytes"],
  [{ Transport: { Type: 'exec', Run: 'echo "a' } }, `'Run': the quote " is not closed`],
  [{ Transport: { Type: 'exec', Run: 'echo', Args: 'a' } }, "'Args' must be a list of strings"],
  [{ Transport: FILE, Loop: 'yes' }, 'Loop must be a boolean'],
  [{ Transport: 'REST', Loop: true }, 'Looping requires a seekable transport'],
  [
    { Transport: { Type: 'REST', Mode: 'simple' }, Envelope: 'delimited' },
    "Transport 'REST' preserves record boundaries, Envelope must be null",
  ],
  [{ Transport: FILE, Schema: 'int' }, 'null encoding requires a "bytes" schema'],
  [{ Transport: FILE, Encoding: 'utf8', Schema: 'int' }, 'utf-8 encoding requires a "string" schema'],
  [{ Transport: LIST, SkipTo: 1 }, 'SkipTo requires a seekable transport that does not preserve boundaries'],
  [{ Transport: FILE, SkipTo: -1 }, 'SkipTo must be a byte offset'],
  [{ Transport: FILE, SkipToRecord: 1 }, 'SkipToRecord requires a seekable transport that preserves boundaries'],
  [{ Transport: LIST, SkipToRecord: 'first' }, 'SkipToRecord must be a record offset, "earliest" or "latest"'],
  [{ Transport: FILE, Envelope: 'csv' }, "Envelope type 'csv' not recognized"],
  [{ Transport: FILE, Envelope: 'ocf-block' }, "'ocf-block' envelope requires avro-binary encoding"],
  [{ Transport: FILE, Envelope: 'delimited-csv' }, "'delimited-csv' envelope requires csv encoding"],
  [{ Transport: FILE, Encoding: 'avro-binary', Schema: null }, 'avro-binary encoding requires a schema'],
  [
    { Transport: FILE, Encoding: 'msgpack', Envelope: 'delimited' },
    "'delimited' envelope cannot be used with 'msgpack' encoding",
  ],
  [
    { Transport: FILE, Encoding: 'avro-binary', Envelope: 'delimited' },
    "'delimited' envelope cannot be used with 'avro-binary' encoding",
  ],
  [{ Transport: FILE, Encoding: 'csv', Schema: 'int' }, 'csv encoding requires a record schema'],
  [{ Transport: FILE, Encoding: 'csv', Envelope: 'delimited', Schema: null }, 'csv encoding requires a record schema'],
  [{ Transport: LIST, Encoding: 'csv', Schema: null }, "csv encoding over 'inline' requires a record schema"],
  [
    { Transport: FILE, Encoding: 'csv', Envelope: { Type: 'delimited-csv', SkipHeader: false }, Schema: null },
    'csv encoding requires a record schema',
  ],
  [{ Transport: FILE, Encoding: { Type: 'csv', QuoteCharacter: '""' } }, 'QuoteCharacter must be one character'],
  [{ Transport: FILE, Encoding: { Type: 'csv', Delimiter: '' } }, 'Delimiter must not be empty'],
  [{ Transport: FILE, Encoding: { Type: 'csv', Delimiter: ',"' } }, 'Delimiter must not have the QuoteCharacter in it'],
  [{ ...OCF, Envelope: { Type: 'ocf-block', SyncMarker: 'AAAA' } }, 'SyncMarker must be 16 base64-encoded bytes'],
  [{ ...OCF, Envelope: { Type: 'ocf-block', SkipHeader: false } }, 'SyncMarker required without OCF header'],
  [{ ...OCF, Envelope: { Type: 'ocf-block', Compress: 'snappy' } }, 'Compress must be null or "deflate"'],
  [{ Transport: FILE, Envelope: 'fixed' }, "Envelope 'fixed' requires 'Size'"],
  [{ Transport: FILE, Envelope: { Type: 'fixed', Size: 0 } }, 'Envelope Size must be positive'],
  [{ Transport: FILE, Envelope: { Type: 'fixed', Size: 1.5 } }, "'Size' must be an integer"],
  [{ Transport: FILE, Envelope: { Type: 'fixed', Size: 2 ** 40 } }, 'Envelope Size must be at most 67108864'],
  [{ Transport: FILE, Envelope: { Type: 'delimited', Separator: '' } }, 'Separator must not be empty'],
  [{ Transport: FILE, Batching: 'fast' }, 'Batching must be "normal", "explicit", null or an object'],
  [{ Transport: FILE, Batching: { Watermark: 0 } }, 'Watermark must be a positive number of records or null'],
  [{ Transport: FILE, Batching: { NagleTime: -1 } }, 'NagleTime must be a number of milliseconds or null'],
  [{ Transport: FILE, LingerTime: '3' }, 'LingerTime must be a number of milliseconds or null'],
  [{ Transport: FILE, Encoding: 'yaml' }, "Encoding 'yaml' not recognized"],
  [{ Transport: FILE, Encoding: 'soap-rpc' }, "Encoding 'soap-rpc' is not supported by this release"],
])('%j is refused', (json, message) => {
  expect(refusal(json)).toMatchObject({ code: 'BAD_DESCRIPTOR', message });
});

test.each([
  [{ Transport: 'fil' }, "Did you mean 'file'?"],
  [
    { Transport: 'carrier-pigeon' },
    'Use one of: REST, file, Kafka, kafka-offset, HTTP, S3, ODBC, TCP, UDP, exec, inline, discard, stdin, stdout',
  ],
  [{ Transport: FILE, Encoding: 'jsn' }, "Did you mean 'json'?"],
  [{ Transport: FILE, Encoding: 'soap-rpc' }, 'Use one of: null, utf-8, json, csv, msgpack, avro-binary'],
])('%j is refused with a hint', (json, hint) => {
  expect(refusal(json)).toMatchObject({ hint });
});

test.each([
  ['csv', { type: 'delimited-csv', separator: '\r\n', skip_header: true, skip_blank_lines: true }],
  ['msgpack', null],
  ['avro-binary', null],
  ['json', { type: 'delimited', separator: '\n' }],
])('without an envelope in the descriptor there is one that goes with the encoding: %s', (Encoding, envelope) => {
  const form = internalForm(parseDescriptor({ Transport: FILE, Encoding }));
  expect(form.encoding).toBe(Encoding);
  expect(form.envelope ?? null).toEqual(envelope);
  expect(internalForm(parseDescriptor({ Transport: LIST, Encoding }))).not.toHaveProperty('envelope');
});

test('the internal form tells how csv and blocks of Avro look', () => {
  const Encoding = { Type: 'CSV', QuoteCharacter: "'", Delimiter: '::' };
  const Envelope = { Type: 'delimited-csv', Separator: '\n', SkipHeader: false, SkipBlankLines: false };
  expect(internalForm(parseDescriptor({ Transport: FILE, Encoding, Envelope }))).toMatchObject({
    encoding: { type: 'csv', quote_character: "'", delimiter: '::' },
    envelope: { type: 'delimited-csv', separator: '\n', skip_header: false, skip_blank_lines: false },
  });
  const SyncMarker = Buffer.alloc(16, 7).toString('base64');
  const blocks = { Type: 'ocf-block', SyncMarker, Compress: 'deflate', SkipHeader: false };
  expect(internalForm(parseDescriptor({ ...OCF, Envelope: blocks }))).toMatchObject({
    envelope: { type: 'ocf-block', sync_marker: SyncMarker, compress: 'deflate', skip_header: false },
  });
  expect(internalForm(parseDescriptor(OCF)).envelope).toEqual({ type: 'ocf-block', skip_header: true });
});

test('a header takes the place of a schema, for inputs only', () => {
  for (const json of [
    { ...OCF, Schema: null },
    { Transport: FILE, Encoding: 'csv', Schema: null },
  ]) {
    const descriptor = parseDescriptor(json);
    expect(descriptor.refusesSchema(null, 'input')).toBeNull();
    expect(descriptor.refusesSchema(null, 'output')).toContain('requires a');
  }
});

test('schemas that fit the encoding are accepted', () => {
  for (const Schema of ['bytes', { type: 'bytes' }, { $ref: 'x' }, '$inherit', null]) {
    expect(parseDescriptor({ Transport: FILE, Schema }).schema).toEqual(Schema);
  }
  for (const Schema of ['int', { type: 'record', name: 'r', fields: [] }, ['null', 'int']]) {
    expect(parseDescriptor({ Transport: FILE, Encoding: 'json', Schema }).schema).toEqual(Schema);
  }
});

test('the label of a command, which messages show, leaves its arguments out', () => {
  const { transport } = parseDescriptor({ Transport: { Type: 'exec', Run: '/usr/bin/curl -u ann:secret' } });
  expect(transport.label).toBe("exec '/usr/bin/curl'");
});

function refusal(json: unknown): FastScoreError {
  try {
    parseDescriptor(json);
  } catch (error) {
    if (error instanceof FastScoreError) return error;
    throw error;
  }
  throw new Error('was accepted');
}
