import { FastScoreError } from '../../core/errors.ts';
import { parseSchema } from '../../schema/parse-schema.ts';
import { schemaMismatch } from '../../schema/schema-mismatch.ts';
import type { SchemaType } from '../../schema/schema-type.ts';
import type { TypedSchema } from '../../schema/typed-schema.ts';
import { UnfitRecordError } from '../unfit-record.ts';
import { avroControl, controlTypeAt } from './avro/control.ts';
import { compileAvroWriter } from './avro/from-json.ts';
import { AvroMeasure } from './avro/measure.ts';
import { avroToJson } from './avro/to-json.ts';
import type { Decoder, DecoderOptions, Encoder, Encoding } from './encoding.ts';
import { fromJsonLines, toJsonLines } from './transcode.ts';

const NO_SCHEMA = 'avro-binary encoding requires a schema';

/**
 * Records are Avro data. They are transcoded to JSON text and back without building values in between: longs keep their
 * digits, floats stay floats, bytes are text with one character per byte.
 */
export const avroBinary: Encoding = {
  name: 'avro-binary',
  form: 'json',
  writtenForm: 'bytes',
  skipsByteOrderMark: false,
  delimitsItself: true,
  schemaNeeded: 'a schema',
  trimsPadding: false,
  control: avroControl,
  refusesSchema: () => null,
  internal: () => 'avro-binary',
  createDecoder: (options) => new AvroDecoder(options),
  createEncoder,
};

class AvroDecoder implements Decoder {
  readonly measure = new AvroMeasure(() => this.#known(), controlTypeAt);
  readonly #padded: boolean;
  readonly #declared: SchemaType | null;
  #type: SchemaType | null;

  constructor({ schema, padded }: DecoderOptions) {
    this.#padded = padded;
    this.#declared = schema?.type ?? null;
    this.#type = this.#declared;
  }

  /** Data are read with the schema that they were written with. */
  useHeader(header: Buffer): void {
    let written: SchemaType;
    try {
      written = parseSchema(JSON.parse(header.toString()));
    } catch (cause) {
      throw new FastScoreError('STREAM_FAILED', `the header has no valid schema: ${(cause as Error).message}`, {
        cause,
      });
    }
    const reason = this.#declared === null ? null : schemaMismatch(written, this.#declared);
    if (reason !== null) {
      throw new FastScoreError(
        'STREAM_FAILED',
        `the schema in the header does not match that of the stream: ${reason}`,
      );
    }
    this.#type = written;
  }

  decode: Decoder['decode'] = (cut, from, to, refuse) => {
    const type = this.#known();
    return toJsonLines(cut, { from, to, refuse }, (data, start, end, out) => {
      const behind = avroToJson(type, data, start, end, out);
      if (behind !== end && !(this.#padded && isZero(data, behind, end))) {
        throw new UnfitRecordError(`${end - behind} bytes follow the Avro datum`);
      }
    });
  };

  #known(): SchemaType {
    if (this.#type === null) throw new FastScoreError('STREAM_FAILED', NO_SCHEMA);
    return this.#type;
  }
}

function createEncoder(schema: TypedSchema | null): Encoder {
  if (schema === null) throw new FastScoreError('BAD_DESCRIPTOR', NO_SCHEMA);
  const write = compileAvroWriter(schema.type);
  return {
    encode: (records, refuse) => fromJsonLines(records, refuse, (data, start, _end, out) => write(data, start, out)),
    header: () => Buffer.from(JSON.stringify(schema.json)),
  };
}

function isZero(data: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (data[i] !== 0) return false;
  return true;
}
