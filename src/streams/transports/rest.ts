import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';
import { RestInput } from './rest-input.ts';
import { RestOutput } from './rest-output.ts';
import type { ParseTransportOptions, TransportType } from './transport.ts';

/**
 * Bodies of HTTP requests, which the server brings and fetches: nothing is opened here.
 * Mode `simple`: one body is one record. Mode `chunked`: a body is any slice of the stream of bytes.
 */
export const restType: TransportType = {
  name: 'REST',
  fields: ['Mode'],
  parse(fields, options) {
    const mode = parseMode(fields, options);
    return {
      type: 'REST',
      label: 'REST',
      boundaries: mode === 'simple',
      ignoresEnvelope: false,
      seek: null,
      openInput: async () => new RestInput(),
      openOutput: async () => new RestOutput(),
      internal: () => ({ mode }),
    };
  },
};

function parseMode(fields: Fields, { envelope, warnings }: ParseTransportOptions): 'simple' | 'chunked' {
  const mode = fields.string('Mode')?.toLowerCase();
  if (mode === 'simple' || mode === 'chunked') return mode;
  if (mode !== undefined) throw new FastScoreError('BAD_DESCRIPTOR', `'Mode' must be "simple" or "chunked"`);
  if (envelope === undefined || envelope === null) return 'simple';
  warnings.push(`Transport 'REST' with an Envelope and no Mode was read as Mode "chunked"`);
  return 'chunked';
}
