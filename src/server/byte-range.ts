import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The bytes from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface Bytes {
  readonly contentType: string;
  readonly size: number;
  /** @param range undefined: all of them */
  open(range?: ByteRange): Promise<Readable>;
}

/** Answers with the bytes, or with those that the request asks for, so that a download that broke off can go on. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { contentType, size, open }: Bytes,
): Promise<FastifyReply> {
  reply.header('content-type', contentType).header('accept-ranges', 'bytes');
  const range = rangeOf(request.headers.range ?? '', size);
  if (range === 'beyond') return reply.code(416).header('content-range', `bytes */${size}`).send('');
  if (range === null) return reply.header('content-length', size).send(await open());
  const { start, end } = range;
  reply
    .code(206)
    .header('content-range', `bytes ${start}-${end}/${size}`)
    .header('content-length', end - start + 1);
  return reply.send(await open(range));
}

/**
 * The range that a header asks for. Several ones, or what is not understood, are answered with everything, as HTTP allows.
 * @returns null: everything
 */
export function rangeOf(header: string, size: number): ByteRange | 'beyond' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'beyond' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= size) return 'beyond';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
