import type { Reject } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { createCsv } from './encodings/csv.ts';
import { json } from './encodings/json.ts';
import { createDelimited } from './envelopes/delimited.ts';
import { createDelimitedCsv } from './envelopes/delimited-csv.ts';
import { RECORD_LIMIT_BYTES } from './envelopes/record-limit.ts';
import type { Framed } from './framer.ts';
import { Framer } from './framer.ts';

export interface RecordLinesOptions {
  /** `csv` has a header; `jsons` has a JSON text per line. */
  readonly format: 'jsons' | 'csv';
  /** For csv: null reads all cells as texts. */
  readonly schema: TypedSchema | null;
}

/**
 * The records of a file outside of any job, in their order: slices of JSON lines, each with its newline, or why one cannot
 * be read. Blank lines are left out.
 * @throws FastScoreError STREAM_FAILED where nothing more can be read
 */
export async function* recordLines(
  source: AsyncIterable<Buffer>,
  { format, schema }: RecordLinesOptions,
): AsyncGenerator<Buffer | Reject> {
  const rejects: Reject[] = [];
  const framer = new Framer(
    {
      slot: 0,
      encoding: format === 'csv' ? createCsv() : json,
      envelope: format === 'csv' ? createDelimitedCsv() : createDelimited('\n'),
      schema,
      endMarker: null,
      recordLimit: RECORD_LIMIT_BYTES,
      onReject: (reject) => rejects.push(reject),
    },
    0,
  );
  let count = 0;
  const inOrder = function* (framed: readonly Framed[]): Generator<Buffer | Reject> {
    for (const line of linesOf(framed)) {
      for (count += 1; rejects[0]?.seqno === count; count++) yield rejects.shift()!;
      yield line;
    }
    count += rejects.length;
    yield* rejects.splice(0);
  };
  for await (const chunk of source) yield* inOrder(framer.add([chunk]));
  yield* inOrder(framer.end());
}

function* linesOf(framed: readonly Framed[]): Generator<Buffer> {
  for (const item of framed) {
    if (item.kind === 'failure') throw item.error;
    if (item.kind !== 'run') continue;
    const { data, bounds, count } = item.run;
    for (let i = 0; i < count; i++) yield data.subarray(bounds[i], bounds[i + 1]);
  }
}
