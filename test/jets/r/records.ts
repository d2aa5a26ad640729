import type { RecordForm, Records } from '../../../src/core/records.ts';
import { splitRecords } from '../../../src/core/records.ts';

export function recordsOf(texts: readonly string[], form: RecordForm = 'json'): Records {
  if (form === 'json') {
    return { form, count: texts.length, data: Buffer.from(texts.map((text) => `${text}\n`).join('')), lengths: null };
  }
  const encoding = form === 'text' ? 'utf8' : 'latin1';
  const buffers = texts.map((text) => Buffer.from(text, encoding));
  const lengths = Uint32Array.from(buffers, (buffer) => buffer.length);
  return { form, count: texts.length, data: Buffer.concat(buffers), lengths };
}

export function textsOf(records: Records): string[] {
  return [...splitRecords(records)].map((record) => record.toString(records.form === 'bytes' ? 'latin1' : 'utf8'));
}
