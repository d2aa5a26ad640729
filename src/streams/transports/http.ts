import { FastScoreError } from '../../core/errors.ts';
import { shownSecret } from '../../util/secrets-in-text.ts';
import type { Fields } from '../fields.ts';
import { isObject } from '../fields.ts';
import type { HttpPlace } from './http-place.ts';
import type { TransportType } from './transport.ts';

/** The body of a GET as an input; a request per batch as an output, or, when Chunked, one whose chunks are records. */
export const httpType: TransportType = {
  name: 'HTTP',
  fields: ['Url', 'Chunked', 'Method', 'Headers'],
  parse(fields) {
    const url = parseUrl(fields.required('Url', fields.string('Url')));
    const chunked = parseChunked(fields);
    const headers = parseHeaders(fields);
    const method = fields.string('Method')?.toUpperCase() ?? 'POST';
    if (method !== 'POST' && method !== 'PUT') {
      throw new FastScoreError('BAD_DESCRIPTOR', `'Method' must be "POST" or "PUT"; inputs are always read with GET`);
    }
    const place: HttpPlace = { url, method, headers };
    return {
      type: 'HTTP',
      // Queries may hold keys.
      label: `http '${url.origin}${url.pathname}'`,
      boundaries: chunked,
      ignoresEnvelope: false,
      seek: chunked ? null : 'bytes',
      openInput: async (options) =>
        chunked
          ? (await import('./http-chunked-input.ts')).openChunkedHttpInput(place, options)
          : (await import('./http-input.ts')).openHttpInput(place, options),
      openOutput: async (options) => (await import('./http-output.ts')).openHttpOutput(place, { ...options, chunked }),
      internal: () => ({
        url: url.href,
        chunked,
        ...(method === 'POST' ? {} : { method }),
        ...(Object.keys(headers).length === 0
          ? {}
          : {
              headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shownSecret(value)])),
            }),
      }),
    };
  },
};

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new FastScoreError('BAD_DESCRIPTOR', `'Url' must be a complete address that begins with http:// or https://`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new FastScoreError('BAD_DESCRIPTOR', `'Url' must not hold a name and a password`, {
      hint: 'Use Headers: {"Authorization": "secret://NAME"}',
    });
  }
  return url;
}

function parseChunked(fields: Fields): boolean {
  const chunked = fields.raw('Chunked') ?? false;
  if (typeof chunked === 'boolean') return chunked;
  throw new FastScoreError('BAD_DESCRIPTOR', `'Chunked' must be a boolean`);
}

/** Those that say how a body is sent are not for the descriptor to set. */
const OURS = ['host', 'content-length', 'transfer-encoding', 'connection', 'range'];

function parseHeaders(fields: Fields): Readonly<Record<string, string>> {
  const headers = fields.raw('Headers') ?? {};
  if (!isObject(headers)) throw new FastScoreError('BAD_DESCRIPTOR', `'Headers' must be an object`);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string' || !/^[\w-]+$/.test(name) || /[\r\n\0]/.test(value)) {
      throw new FastScoreError('BAD_DESCRIPTOR', `'Headers': '${name}' must be a name with a line of text`);
    }
    if (OURS.includes(name.toLowerCase())) {
      throw new FastScoreError('BAD_DESCRIPTOR', `'Headers' must not hold '${name}'`);
    }
  }
  return headers as Record<string, string>;
}
