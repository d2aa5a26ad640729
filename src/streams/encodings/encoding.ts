import type { RecordForm, Records } from '../../core/records.ts';
import type { ControlFormat } from '../control.ts';
import type { Cut, Run } from '../cut.ts';

/**
 * Called for a record that the encoding cannot hold.
 * @param kept how many records of the run at hand were accepted before it
 */
export type Refuse = (record: Buffer, reason: string, kept: number) => void;

/** What the bytes of a record mean. */
export interface Encoding {
  /** As in a descriptor; the encoding `null` is named "null" here. */
  readonly name: string;
  readonly form: RecordForm;
  /** Whether a byte order mark at the start of the stream is not data. */
  readonly skipsByteOrderMark: boolean;
  readonly control: ControlFormat;
  /** Why a stream cannot have this schema (as written in the descriptor); null when it can. */
  refusesSchema(schema: unknown): string | null;
  /** The records `from` to `to` (exclusive) of a cut in the encoding's form. */
  decode(cut: Cut, from: number, to: number, refuse: Refuse): Run;
  /** The records that may be written: `records` itself when all may. */
  accept(records: Records, refuse: Refuse): Records;
}

/** Whether a schema as written is the primitive `name`, or says nothing about the type yet. */
export function isSchemaOf(schema: unknown, name: string): boolean {
  if (schema === null || schema === '$inherit' || schema === name) return true;
  if (typeof schema !== 'object') return false;
  return '$ref' in schema || ('type' in schema && schema.type === name);
}
