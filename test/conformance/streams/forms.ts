/** Envelopes and encodings that a stream may have, and which of them go together. */

const ROW = {
  type: 'record',
  name: 'row',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'text', type: 'string' },
  ],
};

export interface EncodingCase {
  readonly Encoding: string | null;
  /** null for none. */
  readonly schema: unknown;
  readonly form: 'json' | 'text' | 'bytes';
  readonly records: readonly string[];
}

const rows = [1, 9007199254740993n, -3].map(
  (id, i) => `{"id":${id},"text":"${['a', 'é, "x"', ''][i]!.replaceAll('"', '\\"')}"}`,
);

export const ENCODING_CASES: readonly EncodingCase[] = [
  { Encoding: null, schema: null, form: 'bytes', records: ['a', 'é', 'x y'] },
  { Encoding: 'utf-8', schema: 'string', form: 'text', records: ['a', 'é', 'x y'] },
  { Encoding: 'json', schema: null, form: 'json', records: rows },
  { Encoding: 'csv', schema: ROW, form: 'json', records: rows },
  { Encoding: 'msgpack', schema: null, form: 'json', records: rows },
  { Encoding: 'avro-binary', schema: ROW, form: 'json', records: rows },
];

export const ENVELOPE_CASES: readonly unknown[] = [
  undefined,
  null,
  'delimited',
  { Type: 'delimited', Separator: '\u0001' },
  { Type: 'fixed', Size: 64 },
  'delimited-csv',
  { Type: 'delimited-csv', Separator: '\n', SkipHeader: false },
  'ocf-block',
  { Type: 'ocf-block', Compress: 'deflate' },
];

/** Why an encoding, an envelope and a transport do not go together, in the words of FastScore 1.10; null when they do. */
export function refusal(
  encoding: string | null,
  envelope: unknown,
  transport: { type: string; boundaries: boolean },
): string | null {
  const name = typeof envelope === 'object' && envelope !== null ? (envelope as { Type: string }).Type : envelope;
  if (transport.boundaries && typeof name === 'string') {
    return `Transport '${transport.type}' preserves record boundaries, Envelope must be null`;
  }
  if (name === 'delimited' && (encoding === 'msgpack' || encoding === 'avro-binary')) {
    return `'delimited' envelope cannot be used with '${encoding}' encoding`;
  }
  if (name === 'ocf-block' && encoding !== 'avro-binary') return "'ocf-block' envelope requires avro-binary encoding";
  if (name === 'delimited-csv' && encoding !== 'csv') return "'delimited-csv' envelope requires csv encoding";
  return null;
}

/** Whether records lie end to end with nothing that tells them apart: then an input is one record. */
export const isUnframed = (encoding: string | null, envelope: unknown, boundaries: boolean): boolean =>
  !boundaries && envelope === null && encoding !== 'msgpack' && encoding !== 'avro-binary';
