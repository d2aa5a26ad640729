import type { Records, Reject } from '../../src/core/records.ts';
import { splitRecords } from '../../src/core/records.ts';
import { typedSchema } from '../../src/schema/typed-schema.ts';
import type { Encoding } from '../../src/streams/encodings/encoding.ts';
import type { Envelope } from '../../src/streams/envelopes/envelope.ts';
import { Framer } from '../../src/streams/framer.ts';
import type { ControlRecord } from '../../src/streams/types.ts';
import { recordsOf } from './read-all.ts';

export interface Stream {
  readonly encoding: Encoding;
  /** null: records come one by one. */
  readonly envelope: Envelope | null;
  /** null for none. */
  readonly schema: unknown;
  readonly recordLimit?: number;
  readonly start?: number;
}

export interface Decoded {
  /** JSON texts and control records in their order. */
  readonly all: (string | ControlRecord)[];
  readonly rejects: string[];
  /** What is to be read next after each of them. */
  readonly next: number[];
}

/** What a stream makes of its input. */
export function decode(chunks: readonly Buffer[], stream: Stream): Decoded {
  const { encoding, envelope, schema, recordLimit = 1_000_000, start = 0 } = stream;
  const rejects: Reject[] = [];
  const framer = new Framer(
    {
      slot: 0,
      encoding,
      envelope,
      schema: schema === null ? null : typedSchema(schema),
      endMarker: null,
      recordLimit,
      onReject: (reject) => rejects.push(reject),
    },
    start,
  );
  const framed = envelope === null ? framer.add(chunks) : chunks.flatMap((chunk) => framer.add([chunk]));
  framed.push(...framer.end());
  const all: (string | ControlRecord)[] = [];
  const next: number[] = [];
  for (const item of framed) {
    if (item.kind === 'failure') throw item.error;
    if (item.kind === 'control') {
      all.push(item.control);
      next.push(item.next);
      continue;
    }
    const { form, data, bounds, count, base } = item.run;
    const lengths = Uint32Array.from({ length: count }, (_, i) => bounds[i + 1]! - bounds[i]!);
    const records = {
      form,
      count,
      data: data.subarray(bounds[0], bounds[count]),
      lengths: form === 'json' ? null : lengths,
    };
    all.push(...[...splitRecords(records)].map(String));
    for (const after of item.run.next) next.push(base + after);
  }
  return { all, next, rejects: rejects.map(({ reason }) => reason) };
}

/** The bytes that a stream writes for records, and why it refused others. */
export function encode(
  texts: readonly string[],
  stream: Stream,
): { bytes: Buffer; records: Buffer[]; rejects: string[] } {
  const { encoding, envelope, schema } = stream;
  const encoder = encoding.createEncoder(schema === null ? null : typedSchema(schema));
  const rejects: string[] = [];
  const records: Records = encoder.encode(recordsOf('json', texts), (_, reason) => rejects.push(reason));
  const joiner = envelope?.createJoiner({ encoder, label: 'test' });
  const bytes =
    joiner === undefined ? Buffer.alloc(0) : Buffer.concat([joiner.preamble ?? Buffer.alloc(0), joiner.wrap(records)]);
  return { bytes, records: [...splitRecords(records)], rejects };
}

export function chunked(data: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.filter((place) => place < data.length).sort((a, b) => a - b), data.length];
  return places.slice(1).map((end, i) => data.subarray(places[i], end));
}
