import { FastScoreError } from '../core/errors.ts';

const HEADER_LIMIT_BYTES = 16 * 1024;
const PART_LIMIT = 1000;

export interface Part {
  /** By name in lower case. Values are Latin-1, as HTTP has them. */
  readonly headers: ReadonlyMap<string, string>;
  /** Must be read before the next part is asked for; what is left of it is skipped. */
  readonly body: AsyncIterable<Buffer>;
}

/** The parts of a multipart body as they arrive. @throws FastScoreError BAD_INPUT when the framing is broken */
export async function* readMultipart(
  source: AsyncIterable<Buffer | string>,
  contentType: string,
): AsyncGenerator<Part> {
  const boundary = boundaryOf(contentType);
  // The delimiter begins with a line break; so that the first one may stand at the very start, the body gets one in front.
  const bytes = new ByteSource(source, Buffer.from('\r\n'));
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  for await (const _ of bytes.until(delimiter, 'first boundary'));
  for (let count = 1; ; count++) {
    const ending = (await bytes.take(2)).toString('latin1');
    if (ending === '--') return;
    if (ending !== '\r\n') throw broken('has a boundary with something behind it');
    if (count > PART_LIMIT) throw broken(`has more than ${PART_LIMIT} parts`);
    const headers = await readHeaders(bytes);
    const body = bytes.until(delimiter, 'boundary after a part');
    yield { headers, body: { [Symbol.asyncIterator]: () => withoutReturn(body) } };
    for await (const _ of body);
  }
}

/** Everything of one part. */
export async function collectPart(part: Part): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of part.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A reader who stops early must not end the generator: the rest of the part is still to be skipped. */
function withoutReturn(body: AsyncGenerator<Buffer>): AsyncIterator<Buffer> {
  return { next: () => body.next() };
}

/** The headers after a delimiter, whose line break has just been taken. */
async function readHeaders(bytes: ByteSource): Promise<Map<string, string>> {
  bytes.putBack(Buffer.from('\r\n'));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes.until(Buffer.from('\r\n\r\n'), 'end of the headers of a part')) {
    size += chunk.length;
    if (size > HEADER_LIMIT_BYTES) throw broken(`has a part with more than ${HEADER_LIMIT_BYTES} bytes of headers`);
    chunks.push(chunk);
  }
  const headers = new Map<string, string>();
  for (const line of Buffer.concat(chunks).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** Bytes to be read up to a mark, holding back no more than could be its beginning. */
class ByteSource {
  readonly #source: AsyncIterator<Buffer | string>;
  #held: Buffer;
  #ended = false;

  constructor(source: AsyncIterable<Buffer | string>, held: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = held;
  }

  /** What comes before `mark`; the mark itself is taken too. */
  async *until(mark: Buffer, what: string): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark);
      if (at >= 0) {
        const before = this.#held.subarray(0, at);
        this.#held = this.#held.subarray(at + mark.length);
        if (before.length > 0) yield before;
        return;
      }
      const free = this.#held.length - (mark.length - 1);
      if (free > 0) {
        const before = this.#held.subarray(0, free);
        this.#held = this.#held.subarray(free);
        yield before;
      }
      if (!(await this.#more())) throw broken(`ends before the ${what}`);
    }
  }

  async take(size: number): Promise<Buffer> {
    while (this.#held.length < size) {
      if (!(await this.#more())) throw broken('ends inside a boundary');
    }
    const taken = this.#held.subarray(0, size);
    this.#held = this.#held.subarray(size);
    return taken;
  }

  putBack(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held]);
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#ended = true;
      return false;
    }
    this.#held = Buffer.concat([this.#held, Buffer.from(next.value)]);
    return true;
  }
}

function boundaryOf(contentType: string): string {
  const found = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2] ?? '';
  if (boundary === '' || boundary.length > 200) throw broken('has no usable boundary in its Content-Type');
  return boundary;
}

function broken(what: string): FastScoreError {
  return new FastScoreError('BAD_INPUT', `The multipart body ${what}`);
}
