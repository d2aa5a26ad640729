import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';
import { isStrings } from '../fields.ts';
import { assertReaches } from './assert-reaches.ts';
import type { InputTransport, OpenInputTransportOptions, Transport, TransportType } from './transport.ts';

/** The data stands in the descriptor: a list is a record per item, a string is a stream of bytes. */
export const inlineType: TransportType = {
  name: 'inline',
  fields: ['Data', 'DataBinary'],
  parse(fields) {
    const data = parseText(fields);
    const binary = parseBinary(fields);
    if ((data === undefined) === (binary === undefined)) {
      const both = data === undefined ? '' : ', not both';
      throw new FastScoreError('BAD_DESCRIPTOR', `inline transport requires Data or DataBinary${both}`);
    }
    return data === undefined
      ? createInline(binary!, 'base64', { data_binary: binary })
      : createInline(data, 'utf8', { data });
  },
};

function createInline(
  data: string | readonly string[],
  encoding: 'utf8' | 'base64',
  internal: Record<string, unknown>,
): Transport {
  const chunks = (typeof data === 'string' ? [data] : data).map((item) => Buffer.from(item, encoding));
  const isList = typeof data !== 'string';
  return {
    type: 'inline',
    label: 'inline data',
    boundaries: isList,
    ignoresEnvelope: isList,
    seek: isList ? 'records' : 'bytes',
    openInput: async (options) => new InlineInput(chunks, isList, options),
    openOutput: null,
    internal: () => internal,
  };
}

function parseText(fields: Fields): string | readonly string[] | undefined {
  const value = fields.raw('Data') ?? undefined;
  if (value === undefined || typeof value === 'string' || isStrings(value)) return value;
  throw new FastScoreError('BAD_DESCRIPTOR', `'Data' must be a string or a list of strings`);
}

function parseBinary(fields: Fields): string | readonly string[] | undefined {
  const value = fields.raw('DataBinary') ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string' && !isStrings(value)) {
    throw new FastScoreError('BAD_DESCRIPTOR', `'DataBinary' must be a string or a list of strings`);
  }
  const wrong = [value].flat().find((item) => !isBase64(item));
  if (wrong === undefined) return value;
  throw new FastScoreError('BAD_DESCRIPTOR', `'DataBinary' must be base64, it is '${wrong.slice(0, 40)}'`);
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

class InlineInput implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly #chunks: readonly Buffer[];
  #rest: readonly Buffer[];

  constructor(chunks: readonly Buffer[], isList: boolean, { start, isContinued }: OpenInputTransportOptions) {
    this.#chunks = chunks;
    this.start = start === 'earliest' ? 0 : start === 'latest' ? chunks.length : start;
    if (isContinued) {
      if (isList) assertReaches(this.start, chunks.length, 'records');
      else assertReaches(this.start, chunks[0]!.length, 'bytes');
    }
    this.#rest = isList ? chunks.slice(this.start) : chunks.map((chunk) => chunk.subarray(this.start));
  }

  async read(): Promise<readonly Buffer[] | null> {
    const chunks = this.#rest;
    this.#rest = [];
    return chunks.length === 0 ? null : chunks;
  }

  readonly rewind = async (): Promise<void> => {
    this.#rest = this.#chunks;
  };

  async close(): Promise<void> {
    this.#rest = [];
  }
}
