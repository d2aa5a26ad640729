/** The forms in which the same orders lie in files. */

export const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'name', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'paid', type: 'boolean' },
    { name: 'country', type: 'string' },
    { name: 'weight', type: 'double' },
  ],
};

const JSON_LINES = { Encoding: 'json', Envelope: 'delimited', Schema: null };

/** Encoding, Envelope and Schema of stream descriptors, by name. */
export const FORMATS = {
  'utf-8, delimited': { Encoding: 'utf-8', Envelope: 'delimited', Schema: null },
  'json, delimited': JSON_LINES,
  'json, fixed': { Encoding: 'json', Envelope: { Type: 'fixed', Size: 160 }, Schema: null },
  'csv, delimited': {
    Encoding: 'csv',
    Envelope: 'delimited',
    Schema: ORDER,
  },
  'csv, delimited-csv': { Encoding: 'csv', Envelope: { Type: 'delimited-csv', Separator: '\n' }, Schema: ORDER },
  'msgpack, no envelope': { Encoding: 'msgpack', Envelope: null, Schema: null },
  'msgpack, fixed': { Encoding: 'msgpack', Envelope: { Type: 'fixed', Size: 160 }, Schema: null },
  'avro-binary, no envelope': { Encoding: 'avro-binary', Envelope: null, Schema: ORDER },
  'avro-binary, ocf-block': { Encoding: 'avro-binary', Envelope: { Type: 'ocf-block' }, Schema: ORDER },
  'avro-binary, ocf-block, deflate': {
    Encoding: 'avro-binary',
    Envelope: { Type: 'ocf-block', Compress: 'deflate' },
    Schema: ORDER,
  },
};

export const orderAt = (index) => ({
  id: index,
  name: `customer ${index % 977}`,
  amount: (index % 5000) / 100,
  paid: index % 3 === 0,
  country: ['de', 'fr', 'us'][index % 3],
  weight: index * 1.5,
});

/** @returns a whole stream descriptor for a file */
export const fileIn = (path, format) => ({ Transport: { Type: 'file', Path: path }, ...FORMATS[format] });
