import { ByteWriter } from '../../util/byte-writer.ts';
import type { ControlFormat } from '../control.ts';
import { jsonControl } from '../control.ts';
import { UnfitRecordError } from '../unfit-record.ts';
import type { Encoding } from './encoding.ts';
import { jsonToMsgpack } from './msgpack/from-json.ts';
import { MsgpackMeasure } from './msgpack/measure.ts';
import { msgpackToJson } from './msgpack/to-json.ts';
import { fromJsonLines, toJsonLines } from './transcode.ts';

/** Control records are the maps that they are in JSON. */
const control: ControlFormat = {
  marker: jsonControl.marker,

  read(record, padded) {
    const out = new ByteWriter(record.length * 2);
    try {
      const end = msgpackToJson(record, 0, record.length, out);
      if (end !== record.length && !padded) return null;
    } catch (error) {
      if (error instanceof UnfitRecordError) return null;
      throw error;
    }
    return jsonControl.read(out.data, false);
  },

  write(record) {
    const out = new ByteWriter(64);
    jsonToMsgpack(Buffer.concat([jsonControl.write(record), Buffer.from('\n')]), 0, null, out);
    return out.data;
  },
};

/**
 * Records are MessagePack values. They are transcoded to JSON text and back without building values in between: integers
 * of 64 bits keep their digits and floats stay floats.
 */
export const msgpack: Encoding = {
  name: 'msgpack',
  form: 'json',
  writtenForm: 'bytes',
  skipsByteOrderMark: false,
  delimitsItself: true,
  schemaNeeded: null,
  trimsPadding: false,
  control,
  refusesSchema: () => null,
  internal: () => 'msgpack',

  createDecoder: ({ padded }) => ({
    measure: new MsgpackMeasure(),
    decode: (cut, from, to, refuse) =>
      toJsonLines(cut, { from, to, refuse }, (data, start, end, out) => {
        const behind = msgpackToJson(data, start, end, out);
        if (behind !== end && !(padded && isZero(data, behind, end))) {
          throw new UnfitRecordError(`${end - behind} bytes follow the MessagePack value`);
        }
      }),
  }),

  createEncoder: (schema) => ({
    encode: (records, refuse) =>
      fromJsonLines(records, refuse, (data, start, _end, out) => jsonToMsgpack(data, start, schema?.type ?? null, out)),
  }),
};

function isZero(data: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (data[i] !== 0) return false;
  return true;
}
