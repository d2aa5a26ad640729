import { rawControl } from '../control.ts';
import { packCut } from '../cut.ts';
import type { Encoding } from './encoding.ts';
import { isSchemaOf } from './encoding.ts';

/** The encoding `null`: records are bytes, nothing is looked at. */
export const raw: Encoding = {
  name: 'null',
  form: 'bytes',
  writtenForm: 'bytes',
  skipsByteOrderMark: false,
  delimitsItself: false,
  schemaNeeded: null,
  trimsPadding: false,
  control: rawControl,
  refusesSchema: (schema) => (isSchemaOf(schema, 'bytes') ? null : 'null encoding requires a "bytes" schema'),
  internal: () => null,
  createDecoder: () => ({ decode: (cut, from, to) => packCut(cut, from, to, { form: 'bytes' }) }),
  createEncoder: () => ({ encode: (records) => records }),
};
