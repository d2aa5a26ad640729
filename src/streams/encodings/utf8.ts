import { isUtf8 } from 'node:buffer';
import type { Records } from '../../core/records.ts';
import { splitRecords } from '../../core/records.ts';
import { textControl } from '../control.ts';
import type { Cut, Run } from '../cut.ts';
import { packCut } from '../cut.ts';
import type { Encoding, Refuse } from './encoding.ts';
import { isSchemaOf } from './encoding.ts';

const REASON = 'not valid UTF-8';

/** Records are text. */
export const utf8: Encoding = {
  name: 'utf-8',
  form: 'text',
  writtenForm: 'text',
  skipsByteOrderMark: true,
  delimitsItself: false,
  schemaNeeded: null,
  trimsPadding: false,
  control: textControl,
  refusesSchema: (schema) => (isSchemaOf(schema, 'string') ? null : 'utf-8 encoding requires a "string" schema'),
  internal: () => 'utf-8',
  createDecoder: () => ({ decode }),
  createEncoder: () => ({ encode }),
};

function decode(cut: Cut, from: number, to: number, refuse: Refuse): Run {
  const run = packCut(cut, from, to, { form: 'text' });
  const { data, bounds, count } = run;
  if (isUtf8(data.subarray(bounds[0], bounds[count])) && startsAtCharacters(data, bounds)) return run;
  let kept = 0;
  const keep = (index: number): boolean => {
    const record = cut.data.subarray(cut.starts[index], cut.ends[index]);
    if (isUtf8(record)) {
      kept += 1;
      return true;
    }
    refuse(record, REASON, kept);
    return false;
  };
  return packCut(cut, from, to, { form: 'text', keep });
}

function encode(records: Records, refuse: Refuse): Records {
  const { data, lengths } = records;
  if (lengths === null || (isUtf8(data) && startsAtCharacters(data, boundsOf(lengths)))) return records;
  const kept: Buffer[] = [];
  for (const record of splitRecords(records)) {
    if (isUtf8(record)) kept.push(record);
    else refuse(record, REASON, kept.length);
  }
  return {
    form: 'text',
    count: kept.length,
    data: Buffer.concat(kept),
    lengths: Uint32Array.from(kept, (record) => record.length),
  };
}

function boundsOf(lengths: Uint32Array): Uint32Array {
  const bounds = new Uint32Array(lengths.length + 1);
  for (let i = 0; i < lengths.length; i++) bounds[i + 1] = bounds[i]! + lengths[i]!;
  return bounds;
}

/** Valid text may still be cut inside of a character: then a record begins with a continuation byte. */
function startsAtCharacters(data: Buffer, bounds: Uint32Array): boolean {
  for (let i = 0; i + 1 < bounds.length; i++) if (((data[bounds[i]!] ?? 0) & 0xc0) === 0x80) return false;
  return true;
}
