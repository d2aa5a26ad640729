import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bareMediaType, JSON_MEDIA_TYPE } from '../api/media-types.ts';
import { FastScoreError } from '../core/errors.ts';

/** Bodies of models and records. Descriptors and other JSON keep fastify's default of 1 MiB. */
export const SOURCE_LIMIT_BYTES = 64 * 1024 * 1024;

const DEPTH_LIMIT = 100;

/** Every body arrives as bytes, whatever its Content-Type says: the handlers know what they want. */
export function acceptBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** For routes whose bodies may be larger than the memory: the handler gets the stream itself. */
export function acceptStreams(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** The body of a route under `acceptBytes`, empty when there is none. */
export function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/**
 * The body of a route under `acceptStreams`. A handler that stops early leaves the connection open, so that its answer arrives.
 * Reading it ends with TOO_LARGE beyond `limitBytes`, and with BAD_INPUT when the client goes away.
 */
export async function* bodyStreamOf(request: FastifyRequest, limitBytes: number): AsyncGenerator<Buffer> {
  const body = request.body instanceof Readable ? request.body : Readable.from([]);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  let size = 0;
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes) throw tooLarge(limitBytes);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof FastScoreError) throw cause;
    throw new FastScoreError('BAD_INPUT', `The body broke off after ${size} bytes`, { cause });
  }
}

/** What a form of a web page sends, or a program that has not said what it sends: never meant as JSON. */
const NO_JSON =
  /^(?:text\/(?!(?:x-)?(?:json|yaml))|multipart\/|image\/|audio\/|video\/|application\/(?:x-www-form-urlencoded|xml|zip|gzip)$)/;

/** @throws FastScoreError MEDIA_TYPE when the body says that it is something else; none is as good as any of them */
export function assertContentType(request: FastifyRequest, allowed: readonly string[]): void {
  const contentType = bareMediaType(request.headers['content-type'] ?? '');
  if (contentType === '' || allowed.includes(contentType)) return;
  throw wrongContentType(contentType, allowed.join(' or '));
}

function wrongContentType(contentType: string, wanted: string): FastScoreError {
  return new FastScoreError('MEDIA_TYPE', `Content-Type '${contentType.slice(0, 100)}' is not possible here`, {
    hint: `Send ${wanted}`,
  });
}

/** @param limitBytes what would have been allowed */
export function tooLarge(limitBytes: number): FastScoreError {
  return new FastScoreError('TOO_LARGE', `The body is larger than the ${limitBytes} bytes that this path allows`);
}

/**
 * The body as UTF-8 bytes. Clients on Python 3 send texts as Latin-1 without saying so: what is not UTF-8 is read as that.
 */
export function utf8Of(body: Buffer): Buffer {
  return isUtf8(body) ? body : Buffer.from(body.toString('latin1'), 'utf8');
}

/** JSON text of a body that must be there. @param what names it in the error, such as `The descriptor` */
export function jsonTextOf(request: FastifyRequest, what: string): string {
  const body = bytesOf(request);
  if (body.length === 0) throw new FastScoreError('BAD_INPUT', `${what} is missing: the body is empty`);
  const contentType = bareMediaType(request.headers['content-type'] ?? '');
  if (NO_JSON.test(contentType)) throw wrongContentType(contentType, JSON_MEDIA_TYPE);
  if (!isUtf8(body)) throw new FastScoreError('BAD_INPUT', `${what} is not UTF-8`);
  return withoutMark(body).toString('utf8');
}

/** The JSON value of a body: scalars are as good as objects. */
export function jsonOf(request: FastifyRequest, what: string): unknown {
  return parseJson(jsonTextOf(request, what), what);
}

/** Like `jsonOf` for a body that may be missing: clients send falsy values as no body at all. */
export function optionalJsonOf(request: FastifyRequest, what: string): unknown {
  return bytesOf(request).length === 0 ? undefined : jsonOf(request, what);
}

/**
 * @param what whose JSON it is, as it begins a sentence
 * @throws FastScoreError BAD_INPUT for what is no JSON, or nested too deep
 */
export function parseJson(text: string, what: string): unknown {
  const value = parsed(text, what);
  assertTame(value, what);
  return value;
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `${what} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Depth is limited, because not every reader after us copes; `__proto__` is refused, because it is never meant well. */
export function assertTame(value: unknown, what: string): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_LIMIT) {
      throw new FastScoreError('BAD_INPUT', `${what} is nested deeper than ${DEPTH_LIMIT} levels`);
    }
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      if (Object.hasOwn(one, '__proto__')) {
        throw new FastScoreError('BAD_INPUT', `${what} has a field '__proto__'`);
      }
      for (const child of Object.values(one)) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
}

function withoutMark(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body;
}
