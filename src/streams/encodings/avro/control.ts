import type { SchemaType } from '../../../schema/schema-type.ts';
import { ByteWriter } from '../../../util/byte-writer.ts';
import type { ControlFormat } from '../../control.ts';
import { CONTROL_KINDS, controlRecord } from '../../control.ts';
import { UnfitRecordError } from '../../unfit-record.ts';
import { compileAvroWriter } from './from-json.ts';
import { avroToJson } from './to-json.ts';

const PREFIX = '$fastscore.';
const MARKER = Buffer.from(PREFIX);
const SIGN = MARKER[0]!;

const field = (name: string, kind: 'string' | 'int' | 'long') => ({
  name,
  aliases: [],
  type: { kind },
  defaultText: null,
});

/** A control record is a datum of this schema, whatever that of the stream: first its kind, behind `$fastscore.`. */
const CONTROL_TYPE: SchemaType = {
  kind: 'record',
  name: '',
  fields: [field('kind', 'string'), field('id', 'int'), field('timestamp', 'long'), field('misc', 'string')],
};

/** The texts with which control records begin, as Avro writes them: the length first. */
const BEGINNINGS = CONTROL_KINDS.map((kind) => {
  const text = Buffer.from(PREFIX + kind);
  return Buffer.concat([Buffer.of(2 * text.length), text]);
});

const write = compileAvroWriter(CONTROL_TYPE);

export const avroControl: ControlFormat = {
  marker: MARKER,

  read(record, padded) {
    if (controlTypeAt(record, 0) === null) return null;
    const out = new ByteWriter(64);
    try {
      const end = avroToJson(CONTROL_TYPE, record, 0, record.length, out);
      if (end !== record.length && !padded) return null;
    } catch (error) {
      if (error instanceof UnfitRecordError) return null;
      throw error;
    }
    const { kind, id, timestamp, misc } = JSON.parse(out.data.toString()) as Record<string, unknown>;
    return controlRecord((kind as string).slice(PREFIX.length), {
      id: id === 0 ? undefined : id,
      timestamp: timestamp === 0 ? undefined : timestamp,
      misc: misc === '' ? undefined : misc,
    });
  },

  write({ kind, id = 0, timestamp = 0, misc = '' }) {
    const out = new ByteWriter(64);
    write(Buffer.from(`${JSON.stringify({ kind: PREFIX + kind, id, timestamp, misc })}\n`), 0, out);
    return out.data;
  },
};

/** The schema of the control record at a place; null when there is none, undefined when more bytes are needed to tell. */
export function controlTypeAt(data: Buffer, at: number): SchemaType | null | undefined {
  // Asked of every record: hardly one has the sign there that all of them have behind their length.
  if (at + 1 < data.length && data[at + 1] !== SIGN) return null;
  let isOpen = false;
  for (const beginning of BEGINNINGS) {
    const there = Math.min(beginning.length, data.length - at);
    if (data.compare(beginning, 0, there, at, at + there) !== 0) continue;
    if (there === beginning.length) return CONTROL_TYPE;
    isOpen = true;
  }
  return isOpen ? undefined : null;
}
