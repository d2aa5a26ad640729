import * as zlib from 'node:zlib';
import { FastScoreError } from '../../../core/errors.ts';
import type { Fields } from '../../fields.ts';

const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** @throws FastScoreError BAD_DESCRIPTOR */
export function parseCompression(fields: Fields): Compression {
  const name = fields.string('Compression')?.toLowerCase() ?? 'none';
  const found = COMPRESSIONS.find((known) => known === name);
  if (found === 'zstd' && !('zstdCompress' in zlib)) {
    throw new FastScoreError('BAD_DESCRIPTOR', `To write with 'Compression' zstd Node 22.15 or later is needed`, {
      hint: 'lz4 is as quick. What others have written with zstd is read with any Node',
    });
  }
  if (found !== undefined) return found;
  throw new FastScoreError('BAD_DESCRIPTOR', `'Compression' must be one of ${COMPRESSIONS.join(', ')}`);
}
