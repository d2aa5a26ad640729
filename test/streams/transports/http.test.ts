import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { internalForm, parseDescriptor } from '../../../src/streams/descriptor.ts';
import { ChunkDecoder } from '../../../src/streams/transports/chunk-decoder.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { readAll, readUntilFailure, recordsOf } from '../read-all.ts';

afterEach(() => vi.unstubAllEnvs());

async function serve(build: (app: FastifyInstance) => void): Promise<string> {
  const app = fastify({ forceCloseConnections: true });
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  build(app);
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function urlOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

const source = (url: string, more: object = {}): object => ({ Transport: { Type: 'HTTP', Url: url, ...more } });
const LIMIT = 1000;
const LINES = Array.from({ length: 50_000 }, (_, i) => `{"n":${i}}`);
const TEXT = LINES.map((line) => `${line}\n`).join('');

test('the body of a GET is read line by line up to its end', async () => {
  const url = await serve((app) => app.get('/in.json', (_request, reply) => reply.send(TEXT)));
  const { records } = await readAll(await openTestInput(source(`${url}/in.json`)));
  expect(records).toEqual(LINES);
});

test.each([true, false])(
  'SkipTo begins at a byte, whether the server knows ranges (%s) or not',
  async (knowsRanges) => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((app) =>
      app.get('/', (request, reply) => {
        ranges.push(request.headers.range);
        const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
        return knowsRanges && from > 0 ? reply.code(206).send(TEXT.slice(from)) : reply.send(TEXT);
      }),
    );
    const { records, items } = await readAll(await openTestInput({ ...source(url), SkipTo: 16 }));
    expect(records).toEqual(LINES.slice(2));
    expect(ranges).toEqual(['bytes=16-']);
    expect(items.at(-2)).toMatchObject({ position: { byte: TEXT.length } });
  },
);

test('a body whose connection breaks goes on where it had stopped', async () => {
  const starts: number[] = [];
  const server = createServer((request, response) => {
    const from = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    starts.push(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': TEXT.length - from, etag: '"1"' });
    if (starts.length === 3) response.end(TEXT.slice(from));
    else response.write(TEXT.slice(from, from + 100_000), () => response.socket!.resetAndDestroy());
  });
  const stream = await openTestInput(source(await urlOf(server)));
  expect((await readAll(stream)).records).toEqual(LINES);
  expect(starts).toHaveLength(3);
});

test('with Chunked each chunk is a record, whatever is in it', async () => {
  const server = createServer((_request, response) => {
    for (const chunk of ['1', '[2, 3]', '"x"']) response.write(chunk);
    response.end();
  });
  const url = await urlOf(server);
  expect((await readAll(await openTestInput(source(url, { Chunked: true })))).records).toEqual(['1', '[2, 3]', '"x"']);
});

test('with Chunked what a server keeps goes on where it had stopped', async () => {
  let answers = 0;
  const server = createServer((_request, response) => {
    answers += 1;
    response.setHeader('etag', '"1"');
    for (const chunk of ['1', '2', '3', '4'].slice(0, answers)) response.write(chunk);
    if (answers === 4) response.end();
    else response.write('', () => response.socket!.end());
  });
  const warnings: string[] = [];
  const stream = await openTestInput(source(await urlOf(server), { Chunked: true }), {
    onWarning: (text) => warnings.push(text),
  });
  expect((await readAll(stream)).records).toEqual(['1', '2', '3', '4']);
  expect(warnings).toEqual(Array(3).fill(expect.stringContaining('no connection, trying again: ')));
});

test('with Chunked a feed whose connection breaks goes on with what is new, and says so', async () => {
  let answers = 0;
  const server = createServer((_request, response) => {
    answers += 1;
    response.write(String(answers));
    if (answers === 3) response.end();
    else response.write('0', () => response.socket!.end());
  });
  const warnings: string[] = [];
  const stream = await openTestInput(source(await urlOf(server), { Chunked: true }), {
    onWarning: (text) => warnings.push(text),
  });
  expect((await readAll(stream)).records).toEqual(['1', '0', '2', '0', '3']);
  const lost = warnings.filter((text) => text.includes('records may be missing, or come twice'));
  expect(lost).toHaveLength(2);
});

test('an input that has lost its connection says why until there is one again', async () => {
  let answers = 0;
  let isBack = false;
  const server = createServer((_request, response) => {
    answers += 1;
    if (answers > 1 && !isBack) {
      response.writeHead(503).end();
      return;
    }
    response.write('1');
    if (isBack) response.end();
    else response.write('2', () => response.socket!.end());
  });
  const stream = await openTestInput(source(await urlOf(server), { Chunked: true }));
  await vi.waitFor(() => expect(stream.trouble).toBe('the server answered with status 503'), 10_000);
  isBack = true;
  expect((await readAll(stream)).records).toEqual(['1', '2', '1']);
  expect(stream.trouble).toBeNull();
});

test('with Chunked an answer that is not chunked is refused', async () => {
  const url = await serve((app) => app.get('/', (_request, reply) => reply.send('1')));
  await expect(openTestInput(source(url, { Chunked: true }))).rejects.toThrow('the answer is not chunked');
});

test.each([
  [404, 'the server answered with status 404'],
  [302, 'the server answered with status 302'],
])('status %i is told when the stream is opened', async (status, message) => {
  const url = await serve((app) => app.get('/', (_request, reply) => reply.code(status).send()));
  await expect(openTestInput(source(url))).rejects.toThrow(message);
});

test('an output posts each batch, again when the server was not able to take it', async () => {
  const bodies: string[] = [];
  const url = await serve((app) =>
    app.post('/', (request, reply) => {
      bodies.push(String(request.body));
      return reply.code(bodies.length === 1 ? 503 : 204).send();
    }),
  );
  const stream = await openTestOutput(source(url));
  await stream.write(recordsOf('json', ['1', '2']));
  await stream.write(recordsOf('json', ['3']));
  await stream.close();
  expect(bodies).toEqual(['1\n2\n', '1\n2\n', '3\n']);
});

test('an output that the server refuses for good fails', async () => {
  const url = await serve((app) => app.post('/', (_request, reply) => reply.code(401).send()));
  const stream = await openTestOutput(source(url));
  const failure = new Promise<Error>((resolve) => stream.onError(resolve));
  await stream.write(recordsOf('json', ['1']));
  expect((await failure).message).toContain('the server answered with status 401');
});

test('a chunked output is one request whose chunks are the records', async () => {
  let raw = Buffer.alloc(0);
  const server = createTcpServer((socket) => {
    socket.on('data', (data) => {
      raw = Buffer.concat([raw, data]);
      if (raw.toString().endsWith('0\r\n\r\n')) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const stream = await openTestOutput(source(await urlOf(server), { Chunked: true }));
  await stream.write(recordsOf('json', ['1', '[2]']));
  await stream.write(recordsOf('json', ['3']));
  await stream.close();
  const [head, body] = raw.toString().split(/\r\n\r\n(.*)/s);
  expect(head).toMatch(/^POST \/ HTTP\/1.1\r\n/);
  expect(new ChunkDecoder(LIMIT).push(Buffer.from(body!)).map(String)).toEqual(['1', '[2]', '3']);
});

test('headers may be secrets, which are read when the stream is opened and shown nowhere', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key'), 'Bearer canary\n');
  vi.stubEnv('SECRET_PATH_ROOT', folder);
  const seen: (string | undefined)[] = [];
  const url = await serve((app) =>
    app.get('/', (request, reply) => {
      seen.push(request.headers.authorization);
      return reply.send('1\n');
    }),
  );
  const json = source(url, { Headers: { Authorization: 'secret://key', 'X-Key': 'canary' } });
  await readAll(await openTestInput(json));
  expect(seen).toEqual(['Bearer canary']);
  expect(JSON.stringify(internalForm(parseDescriptor({ Encoding: 'json', ...json })))).not.toContain('canary');
});

test.each([
  [{ Url: 'ftp://h/' }, "'Url' must be a complete address"],
  [{ Url: 'http://ann:pw@h/' }, "'Url' must not hold a name and a password"],
  [{ Url: 'http://h/', Headers: { Host: 'x' } }, "'Headers' must not hold 'Host'"],
  [{ Url: 'http://h/', Headers: { A: 'x\r\nB: y' } }, "'Headers': 'A' must be a name with a line of text"],
  [{ Url: 'http://h/', Method: 'GET' }, '\'Method\' must be "POST" or "PUT"'],
])('%j is refused', (transport, message) => {
  expect(() => parseDescriptor({ Transport: { Type: 'HTTP', ...transport } })).toThrow(message);
});

test('of a chunk that is too long no more is kept than shows it', () => {
  const decoder = new ChunkDecoder(3);
  expect(decoder.push(Buffer.from('2\r\n12\r\n6\r\n12')).map(String)).toEqual(['12']);
  expect(decoder.push(Buffer.from('3456\r\n1\r\n7\r\n0\r\n\r\n')).map(String)).toEqual(['1234', '7']);
  expect(decoder.hasEnded).toBe(true);
});

test('chunks are the same however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      (records, cuts) => {
        const body = Buffer.concat([
          ...records.flatMap((record) => [
            Buffer.from(`${record.length.toString(16)};x=1\r\n`),
            record,
            Buffer.from('\r\n'),
          ]),
          Buffer.from('0\r\nTrailer: 1\r\n\r\n'),
        ]);
        const decoder = new ChunkDecoder(LIMIT);
        const found: Buffer[] = [];
        for (let at = 0, i = 0; at < body.length; i++) {
          const size = cuts[i % cuts.length]!;
          found.push(...decoder.push(body.subarray(at, at + size)).map((chunk) => Buffer.from(chunk)));
          at += size;
        }
        expect(found).toEqual(records.map((record) => Buffer.from(record)));
        expect(decoder.hasEnded).toBe(true);
      },
    ),
  );
});

const CODINGS: [string, (text: string) => Buffer][] = [
  ['gzip', (text) => gzipSync(text)],
  ['X-GZIP', (text) => gzipSync(text)],
  ['deflate', (text) => deflateSync(text)],
  ['deflate', (text) => deflateRawSync(text)],
  ['br', (text) => brotliCompressSync(text)],
  ['deflate, identity, gzip', (text) => gzipSync(deflateSync(text))],
];

test.each(CODINGS)('a body with a Content-Encoding is decoded: %s', async (coding, encoded) => {
  const url = await serve((app) =>
    app.get('/', (_request, reply) => reply.header('content-encoding', coding).send(encoded(TEXT))),
  );
  const { records, items } = await readAll(await openTestInput(source(url)));
  expect(records).toEqual(LINES);
  expect(items.at(-2)).toMatchObject({ position: { byte: TEXT.length } });
});

test('a decoded body goes on where it had stopped, whatever the server makes of ranges', async () => {
  const ranges: (string | undefined)[] = [];
  const body = gzipSync(TEXT);
  const url = await serve((app) =>
    app.get('/', (request, reply) => {
      const { range } = request.headers;
      ranges.push(range);
      reply.header('content-encoding', 'gzip');
      const from = Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
      if (from === 0) return reply.send(body);
      if (from < body.length) return reply.code(206).send(body.subarray(from));
      return reply.code(416).header('content-range', `bytes */${body.length}`).send();
    }),
  );
  for (const byte of [16, TEXT.indexOf(LINES[40_000]!), TEXT.length]) {
    const { records } = await readAll(await openTestInput(source(url), { position: { byte } }));
    expect(records.length).toBe(LINES.length - TEXT.slice(0, byte).split('\n').length + 1);
    expect(records.at(-1)).toBe(byte === TEXT.length ? undefined : LINES.at(-1));
  }
  expect(ranges.filter((range) => range === undefined)).toHaveLength(3);
});

test('a decoded body whose connection breaks goes on where it had stopped', async () => {
  const body = gzipSync(TEXT, { level: 0 });
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length });
    if (asked === 3) response.end(body);
    else response.write(body.subarray(0, 150_000 * asked), () => response.destroy());
  });
  const { records } = await readAll(await openTestInput(source(await urlOf(server))));
  expect(records).toEqual(LINES);
  expect(asked).toBe(3);
});

test('what is not coded as it is said fails the stream, after the records before', async () => {
  const body = gzipSync(TEXT, { level: 0 });
  const bodies = new Map([
    ['/none', Buffer.from(TEXT)],
    ['/cut', body.subarray(0, 300_000)],
    ['/damaged', Buffer.concat([body.subarray(0, 300_000), Buffer.alloc(100_000)])],
  ]);
  const url = await serve((app) =>
    app.get('/:name', (request, reply) =>
      reply.header('content-encoding', 'gzip').send(bodies.get(request.url) ?? Buffer.alloc(0)),
    ),
  );
  for (const name of ['none', 'cut', 'damaged']) {
    const { records, error } = await readUntilFailure(await openTestInput(source(`${url}/${name}`)));
    expect(error.message).toMatch(/the body is not what its Content-Encoding gzip says: ./);
    expect(records.length).toBeGreaterThan(name === 'none' ? -1 : 15_000);
    expect(records).toEqual(LINES.slice(0, records.length));
  }
});

test('a Content-Encoding that is not known is refused, and any where chunks are records', async () => {
  const url = await serve((app) => {
    app.get('/compress', (_request, reply) => reply.header('content-encoding', 'compress').send('1\n'));
    app.get('/chunks', (_request, reply) =>
      reply.header('content-encoding', 'gzip').send(Readable.from([gzipSync('1\n')])),
    );
  });
  await expect(openTestInput(source(`${url}/compress`))).rejects.toMatchObject({
    message: expect.stringContaining("the answer has the Content-Encoding 'compress', which is not known"),
    hint: expect.stringContaining('"Accept-Encoding": "identity"'),
  });
  await expect(openTestInput(source(`${url}/chunks`, { Chunked: true }))).rejects.toThrow(
    "the answer has the Content-Encoding 'gzip': its chunks are no records",
  );
});

test.each(['with ranges', 'without', 'with ranges and no word of the size'])(
  'a body that is shorter than where a run should go on is refused: a server %s',
  async (kind) => {
    const url = await serve((app) =>
      app.get('/', (request, reply) => {
        const { range } = request.headers;
        if (range === undefined || kind === 'without') return reply.send('1\n2\n');
        const from = Number(/\d+/.exec(range)?.[0]);
        if (from < 4) return reply.code(206).send('1\n2\n'.slice(from));
        if (kind === 'with ranges') reply.header('content-range', 'bytes */4');
        return reply.code(416).send();
      }),
    );
    await expect(openTestInput(source(url), { position: { byte: 5 } })).rejects.toThrow(
      'has 4 bytes, and is to be read on behind byte 5',
    );
    for (const byte of [2, 4]) {
      const { records } = await readAll(await openTestInput(source(url), { position: { byte } }));
      expect(records).toEqual(byte === 4 ? [] : ['2']);
    }
    expect((await readAll(await openTestInput({ ...source(url), SkipTo: 9 }))).records).toEqual([]);
  },
);
