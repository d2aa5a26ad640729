import type { RecordForm, Records } from '../../core/records.ts';
import type { TypedSchema } from '../../schema/typed-schema.ts';
import type { ControlFormat } from '../control.ts';
import type { Cut, Run } from '../cut.ts';
import type { Fields } from '../fields.ts';
import type { CsvDialect } from './csv/dialect.ts';

/**
 * Called for a record that the encoding cannot hold.
 * @param kept how many records of the run at hand were accepted before it
 */
export type Refuse = (record: Buffer, reason: string, kept: number) => void;

/** A kind of encoding that a descriptor can name. */
export interface EncodingType {
  /** As in a descriptor; the encoding `null` is named "null" here. */
  readonly name: string;
  /** Fields beside `Type`. */
  readonly fields: readonly string[];
  parse(fields: Fields): Encoding;
}

/** What the bytes of a record mean. */
export interface Encoding {
  readonly name: string;
  /** The form of the records on the side of the engine. */
  readonly form: RecordForm;
  /** The form of the records as an encoder makes them. */
  readonly writtenForm: RecordForm;
  /** Whether a byte order mark at the start of the stream is not data. */
  readonly skipsByteOrderMark: boolean;
  /** Whether records can be told apart without an envelope. */
  readonly delimitsItself: boolean;
  /** What records cannot be read or written without: `a record schema`; null when they can. */
  readonly schemaNeeded: string | null;
  /** Whether zero bytes that fill up a record of fixed size are no part of it, wherever they come from. */
  readonly trimsPadding: boolean;
  readonly control: ControlFormat;
  /** Why a stream cannot have this schema (as written in the descriptor); null when it can. */
  refusesSchema(schema: unknown): string | null;
  /** For dry runs. */
  internal(): unknown;
  createDecoder(options: DecoderOptions): Decoder;
  createEncoder(schema: TypedSchema | null): Encoder;
}

export interface DecoderOptions {
  readonly schema: TypedSchema | null;
  /** Whether records may have zero bytes at the end that are not theirs. */
  readonly padded: boolean;
}

/** Reads the records of one stream. */
export interface Decoder {
  /** The records `from` to `to` (exclusive) of a cut in the encoding's form. */
  decode(cut: Cut, from: number, to: number, refuse: Refuse): Run;
  /** A record that is by itself, in the encoding's form, when it can be had without a cut; null when not. */
  one?(record: Buffer): Records | null;
  /** Finds the ends of records that are not marked by an envelope. */
  readonly measure?: Measure;
  /** How quotes and delimiters look, which an envelope must know to find the ends of rows. */
  readonly dialect?: CsvDialect;
  /**
   * What the data itself says about its records: names of columns, or a schema.
   * @throws FastScoreError STREAM_FAILED when it contradicts the schema of the stream
   */
  useHeader?(header: Buffer): void;
}

/** Writes the records of one stream. */
export interface Encoder {
  /** The records as they are written, less those that cannot be. */
  encode(records: Records, refuse: Refuse): Records;
  /** What a header tells about the records: names of columns, or a schema. */
  header?(): Buffer;
}

/** Walks over records that follow each other without a mark in between. */
export interface Measure {
  /** From the beginning of a record. */
  start(at: number): void;
  /**
   * Goes on from where the last call stopped for want of bytes.
   * @param isLast nothing will follow these bytes
   * @returns whether the record is complete
   */
  advance(data: Buffer, isLast: boolean): boolean;
  /** After `advance`: the end of the record, or the place where it stopped. */
  readonly at: number;
  /** The walk goes on in a buffer that begins so many bytes later. */
  rebase(bytes: number): void;
  /** Set when the bytes at `at` cannot be part of a record. */
  readonly flaw: string | null;
}

/** Whether a schema as written is the primitive `name`, or says nothing about the type yet. */
export function isSchemaOf(schema: unknown, name: string): boolean {
  if (schema === null || schema === '$inherit' || schema === name) return true;
  if (typeof schema !== 'object') return false;
  return '$ref' in schema || ('type' in schema && schema.type === name);
}
