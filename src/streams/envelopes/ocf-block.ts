import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { FastScoreError } from '../../core/errors.ts';
import { ByteWriter } from '../../util/byte-writer.ts';
import { writeVarint } from '../encodings/avro/varint.ts';
import type { Fields } from '../fields.ts';
import type { Envelope, EnvelopeType, Joiner, JoinerOptions } from './envelope.ts';
import { MARKER_BYTES, writeOcfHeader } from './ocf-header.ts';
import { OcfSplitter } from './ocf-splitter.ts';

/** Avro's object container format: a header, then blocks of records, each with a marker behind it. */
export const ocfBlockType: EnvelopeType = {
  name: 'ocf-block',
  fields: ['SyncMarker', 'Compress', 'SkipHeader'],
  parse: (fields) => createOcfBlock(parseOptions(fields)),
};

export interface OcfOptions {
  /** undefined: that of the header. */
  readonly marker?: Buffer | undefined;
  /** undefined: as the header says; written ones are not deflated then. */
  readonly isDeflated?: boolean | undefined;
  /** Whether there is a header. @default true */
  readonly skipHeader?: boolean | undefined;
}

/** A quarter of the time that zlib takes by default, for blocks of records that are three hundredths larger. */
const DEFLATE_LEVEL = 1;

export function createOcfBlock(options: OcfOptions = {}): Envelope {
  const { marker, isDeflated, skipHeader = true } = options;
  return {
    type: 'ocf-block',
    pads: false,
    hasHeader: skipHeader,
    createSplitter: (splitting) => new OcfSplitter(splitting, { marker, isDeflated, skipHeader }),
    createJoiner: (joining) => createJoiner({ ...options, skipHeader }, joining),
    internal: () => ({
      ...(marker !== undefined && { sync_marker: marker.toString('base64') }),
      ...(isDeflated === true && { compress: 'deflate' }),
      skip_header: skipHeader,
    }),
  };
}

function parseOptions(fields: Fields): OcfOptions {
  const skipHeader = fields.boolean('SkipHeader') ?? true;
  const text = fields.string('SyncMarker');
  const marker = text === undefined ? undefined : Buffer.from(text, 'base64');
  if (marker !== undefined && (marker.length !== MARKER_BYTES || marker.toString('base64') !== text)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'SyncMarker must be 16 base64-encoded bytes');
  }
  if (marker === undefined && !skipHeader) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'SyncMarker required without OCF header');
  }
  const compress = fields.raw('Compress');
  if (compress !== undefined && compress !== null && compress !== 'deflate') {
    throw new FastScoreError('BAD_DESCRIPTOR', 'Compress must be null or "deflate"');
  }
  return { marker, skipHeader, isDeflated: compress === undefined ? undefined : compress === 'deflate' };
}

/** Every batch of records becomes a block. */
function createJoiner({ marker, isDeflated = false, skipHeader }: OcfOptions, joining: JoinerOptions): Joiner {
  const schema = joining.encoder.header!();
  // Not random: an output that is continued later, or written again, has the same one.
  const known = marker ?? createHash('sha256').update(joining.label).update(schema).digest().subarray(0, MARKER_BYTES);
  return {
    preamble: skipHeader === true ? writeOcfHeader({ schema, isDeflated, marker: known }) : null,
    wrap(records) {
      const data = isDeflated ? deflateRawSync(records.data, { level: DEFLATE_LEVEL }) : records.data;
      const out = new ByteWriter(data.length + MARKER_BYTES + 20);
      writeVarint(out, records.count);
      writeVarint(out, data.length);
      out.copy(data, 0, data.length);
      out.copy(known, 0, MARKER_BYTES);
      return out.data;
    },
  };
}
