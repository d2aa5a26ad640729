import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multipartMediaType, newBoundary, writeMultipart } from '../../src/api/multipart.ts';
import { collectPart, readMultipart } from '../../src/server/multipart.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(bytes: Buffer, contentType: string, pieceSize = 7): Promise<[Record<string, string>, string][]> {
  const parts: [Record<string, string>, string][] = [];
  for await (const part of readMultipart(pieces(bytes, pieceSize), contentType)) {
    parts.push([Object.fromEntries(part.headers), (await collectPart(part)).toString('latin1')]);
  }
  return parts;
}

const TYPE = 'multipart/mixed; boundary=frontier';

describe('reading multipart bodies', () => {
  test('parts as the client of 1.10 frames them', async () => {
    const body = [
      '',
      '--frontier',
      'Content-Disposition: x-schema; name="int"',
      'Content-Type: application/vnd.fastscore.schema-avro',
      '',
      '"int"',
      '--frontier',
      'Content-Disposition: x-model; name="m"',
      'Content-Type: application/vnd.fastscore.model-python',
      '',
      'def action(x):\r\n    yield x\r\n',
      '--frontier--',
      '',
    ].join('\r\n');
    const parts = await readAll(Buffer.from(body), TYPE);
    expect(parts.map(([, text]) => text)).toEqual(['"int"', 'def action(x):\r\n    yield x\r\n']);
    expect(parts[1]?.[0]['content-disposition']).toBe('x-model; name="m"');
  });

  test('a body that begins with the boundary, a quoted boundary, a part without headers', async () => {
    const body = Buffer.from('--a b\r\n\r\nplain\r\n--a b--');
    expect(await readAll(body, 'multipart/form-data; boundary="a b"')).toEqual([[{}, 'plain']]);
  });

  test('a part that nobody reads is skipped', async () => {
    const body = Buffer.from('--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\nA: 2\r\n\r\nsecond\r\n--b--');
    const seen: (string | undefined)[] = [];
    for await (const part of readMultipart(pieces(body, 3), 'multipart/mixed; boundary=b'))
      seen.push(part.headers.get('a'));
    expect(seen).toEqual(['1', '2']);
  });

  test('what was written is read, however it is cut', async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
    const nearly = fc.array(fc.constantFrom('\r\n', '--', 'frontier', '\r', 'x'), { maxLength: 12 });
    const body = fc.oneof(
      bytes,
      nearly.map((words) => Buffer.from(words.join(''))).filter((one) => !one.includes('\r\n--frontier')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(body, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50 }),
        async (bodies, size) => {
          const boundary = bodies.some((one) => one.includes('frontier')) ? 'frontier' : newBoundary();
          const written: Buffer[] = [];
          const parts = bodies.map((one, index) => ({
            contentType: 'a/b',
            disposition: `x; name="${index}"`,
            body: one,
          }));
          for await (const chunk of writeMultipart(parts, boundary)) written.push(chunk);
          const read = await readAll(Buffer.concat(written), multipartMediaType(boundary), size);
          expect(read.map(([, text]) => text)).toEqual(bodies.map((one) => one.toString('latin1')));
        },
      ),
    );
  });

  test.each([
    ['no boundary in the Content-Type', 'x', 'multipart/mixed'],
    ['an empty body', '', TYPE],
    ['no closing boundary', '--frontier\r\nA: 1\r\n\r\nfirst', TYPE],
    ['headers without an end', '--frontier\r\nA: 1\r\n', TYPE],
    ['headers beyond all measure', `--frontier\r\nA: ${'x'.repeat(20_000)}\r\n\r\n\r\n--frontier--`, TYPE],
    ['something behind a boundary', '--frontierman\r\n\r\nfirst\r\n--frontier--', TYPE],
    ['a thousand and one parts', `${'--frontier\r\n\r\nx\r\n'.repeat(1001)}--frontier--`, TYPE],
  ])('%s is refused', async (_, body, contentType) => {
    await expect(readAll(Buffer.from(body), contentType, 1000)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
