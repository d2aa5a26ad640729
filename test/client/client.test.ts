import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { ERROR_MEDIA_TYPE } from '../../src/api/shapes.ts';
import { FastScoreClient } from '../../src/client/client.ts';
import { release } from '../../src/util/release.ts';
import { startScripted } from './scripted-server.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function scripted(...parameters: Parameters<typeof startScripted>) {
  const started = await startScripted(...parameters);
  closers.push(() => started.close());
  return started;
}

const json = (value: unknown) => (_: unknown, response: { end: (text: string) => void }) =>
  response.end(JSON.stringify(value));

describe('requests', () => {
  test('go to the instance they are for, with names encoded', async () => {
    const { client, seen } = await scripted(json([]), { modelManage: 'mm', engine: 'engine 2' });
    await client.attachments.list('a/b c');
    await client.engine.activeStreams();
    await client.connect.fleet({ api: 'engine' });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/1/service/mm/1/model/a%2Fb%20c/attachment',
      'GET /api/1/service/engine%202/2/active/stream',
      'GET /api/1/service/connect/1/connect?api=engine',
    ]);
    expect(seen[0]?.headers.accept).toContain(ERROR_MEDIA_TYPE);
  });

  test('a model is stored with its exact media type, and 201 and 204 are told apart', async () => {
    const statuses = [201, 204];
    const { client, seen } = await scripted((_, response) => response.writeHead(statuses.shift() ?? 500).end());
    expect(await client.models.put('m', 'python3', Buffer.from('x'))).toBe('created');
    expect(await client.models.put('m', 'R', Buffer.from('x'))).toBe('updated');
    expect(seen.map(({ headers }) => headers['content-type'])).toEqual([
      'application/vnd.fastscore.model-python3',
      'application/vnd.fastscore.model-r',
    ]);
  });

  test('a model without schemas is loaded plainly, one with schemas as multipart with the model last', async () => {
    const { client, seen } = await scripted((_, response) => response.writeHead(204).end());
    await client.engine.loadModel('m\u00e9', 'python3', Buffer.from('source'));
    await client.engine.loadModel('m', 'python3', Buffer.from('source'), { schemas: new Map([['int', 'int']]) });
    expect(seen[0]).toMatchObject({ body: 'source', url: expect.stringContaining('/1/job/model?dry-run=false') });
    expect(seen[0]?.headers['content-disposition']).toBe("x-model; name*=UTF-8''m%C3%A9");
    expect(seen[1]?.headers['content-type']).toMatch(/^multipart\/mixed; boundary=[0-9a-f]{24}$/);
    expect(seen[1]?.body).toMatch(
      /^\r\n--.*x-schema; name="int".*\r\n\r\n"int"\r\n--.*x-model; name="m".*source\r\n--\w+--\r\n$/s,
    );
  });

  test('zero jets are sent as a zero', async () => {
    const { client, seen } = await scripted((_, response) => response.writeHead(204).end());
    await client.engine.scale(0);
    expect(seen[0]?.body).toBe('0');
  });

  test('the state comes in lower case, and a wait is asked for in seconds', async () => {
    const { client, seen } = await scripted(json({ state: 'RUNNING' }));
    expect(await client.engine.state({ while: 'init', waitMs: 1500 })).toBe('running');
    expect(seen[0]?.url).toMatch(/\/2\/engine\/state\?while=init&wait=1\.5$/);
  });

  test('output tells a record, nothing yet and the end apart', async () => {
    const answers: [number, string][] = [
      [200, ''],
      [202, ''],
      [204, ''],
    ];
    const { client } = await scripted((_, response) => {
      const [status, body] = answers.shift()!;
      response.writeHead(status).end(body);
    });
    expect(await client.engine.output(1)).toEqual(Buffer.alloc(0));
    expect(await client.engine.output(1)).toBe('empty');
    expect(await client.engine.output(1)).toBe('eof');
  });

  test('a snapshot flows in both directions without being gathered', async () => {
    const { client, seen } = await scripted((request, response) =>
      response.end(request.method === 'GET' ? 'contents' : ''),
    );
    const chunks: Buffer[] = [];
    for await (const chunk of await client.snapshots.contents('m', 'abc')) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('contents');
    await client.engine.restore(Readable.from([Buffer.from('one'), Buffer.from('two')]), { trust: true });
    expect(seen[1]).toMatchObject({ body: 'onetwo', url: expect.stringContaining('/1/job/state?trust=true') });
  });

  test('dates of a snapshot listing become one range', async () => {
    const { client, seen } = await scripted(json([]));
    await client.snapshots.list('m', { count: 2, since: '2026-01-01' });
    expect(new URL(`http://x${seen[0]?.url}`).searchParams.get('date-range')).toBe('2026-01-01--');
  });

  test('headers and the path of a URL target are used', async () => {
    let seen: unknown;
    const { url } = await scripted((request, response) => {
      seen = [request.url, request.headers.authorization];
      response.end('{}');
    });
    const client = new FastScoreClient({ kind: 'url', url: `${url}/prefix/`, headers: { authorization: 'Bearer t' } });
    closers.push(() => client.close());
    await client.connect.health();
    expect(seen).toEqual(['/prefix/api/1/service/connect/1/health', 'Bearer t']);
  });
});

describe('failures', () => {
  test("the server's own error is thrown with code, hint and details", async () => {
    const { client } = await scripted((_, response) => {
      response.writeHead(404, { 'content-type': `${ERROR_MEDIA_TYPE}; charset=utf-8` });
      response.end(
        '{"error":"No m","code":"MODEL_NOT_FOUND","kind":"missing","hint":"List them","details":{"name":"m"}}',
      );
    });
    await expect(client.models.get('m')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: 'No m',
      hint: 'List them',
      details: { name: 'm' },
    });
  });

  test('no model loaded is an answer, not a failure', async () => {
    const { client } = await scripted((_, response) => {
      response.writeHead(404, { 'content-type': ERROR_MEDIA_TYPE });
      response.end('{"error":"None","code":"MODEL_NOT_LOADED","kind":"missing"}');
    });
    expect(await client.engine.activeModel()).toBeNull();
  });

  test.each([
    [401, 'UNAUTHORISED'],
    [403, 'FORBIDDEN'],
    [404, 'ENGINE_VERSION'],
    [500, 'ENGINE_VERSION'],
    [502, 'ENGINE_UNREACHABLE'],
    [503, 'ENGINE_UNREACHABLE'],
  ])('status %i of somebody else is %s', async (status, code) => {
    const { client } = await scripted((_, response) => response.writeHead(status).end('<html>no</html>'));
    await expect(client.engine.status()).rejects.toMatchObject({ code });
  });

  test('an answer that is not JSON is not that of an engine', async () => {
    const { client } = await scripted((_, response) => response.end('<html>hello</html>'));
    await expect(client.connect.health()).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
  });

  test('a server that does not speak HTTP is not an engine', async () => {
    const server = createNetServer((socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const client = new FastScoreClient({
      kind: 'url',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    await expect(client.connect.health()).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
  });

  test('nobody at the socket, nobody at the port', async () => {
    const nobody = new FastScoreClient({ kind: 'socket', path: '/nonexistent/socket' });
    await expect(nobody.connect.health()).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: expect.stringContaining('fastscore serve'),
    });
    const { url, close } = await startScripted(() => {});
    await close();
    const gone = new FastScoreClient({ kind: 'url', url: url.replace('//', '//user:secret@') });
    const error = await gone.connect.health().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(String(error)).not.toContain('secret');
  });

  test('plain HTTP behind https:// is told', async () => {
    const { url } = await scripted(json({}));
    const client = new FastScoreClient({ kind: 'url', url: url.replace('http:', 'https:') });
    await expect(client.connect.health()).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: expect.stringContaining('http://'),
    });
  });

  test.each(['ftp://host', 'host:8000', 'nonsense'])('%s is not the address of a server', async (url) => {
    const client = new FastScoreClient({ kind: 'url', url });
    await expect(client.connect.health()).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('silence beyond the time-out', async () => {
    const { client } = await scripted(() => {}, { timeoutMs: 50 });
    await expect(client.engine.status()).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  test('silence in the middle of a body', async () => {
    const { client } = await scripted((_, response) => response.write('half'), { timeoutMs: 50 });
    const contents = await client.snapshots.contents('m', 'a');
    await expect(contents.toArray()).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  test('an engine that goes away in the middle of a body', async () => {
    const { client } = await scripted((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.destroy());
    });
    await expect(client.engine.status()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  test('a source that fails while it is sent is the failure', async () => {
    const { client } = await scripted((_, response) => response.end());
    const source = Readable.from(
      (async function* () {
        yield Buffer.from('begin');
        throw new Error('disk gone');
      })(),
    );
    await expect(client.engine.restore(source)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('disk gone'),
    });
  });

  test('a refusal arrives although the upload is not over', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(403, { 'content-type': ERROR_MEDIA_TYPE });
      response.end('{"error":"Corrupt","code":"SNAPSHOT_CORRUPT","kind":"failed"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const client = new FastScoreClient({
      kind: 'url',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
    closers.push(() => client.close());
    const endless = new Readable({ read() {} });
    endless.push('begin');
    await expect(client.engine.restore(endless)).rejects.toMatchObject({ code: 'SNAPSHOT_CORRUPT' });
    endless.destroy();
  });
});

describe('releases', () => {
  test('an engine of this major release is accepted', async () => {
    const { client } = await scripted(json({ id: 'x', release: `${release.split('.')[0]}.99.0`, built_on: '' }));
    expect((await client.checkRelease()).release).toMatch(/\.99\.0$/);
  });

  test('one of another major release is refused with both named', async () => {
    const { client } = await scripted(json({ id: 'x', release: '1.10.3', built_on: '' }));
    await expect(client.checkRelease()).rejects.toMatchObject({
      code: 'ENGINE_VERSION',
      message: expect.stringMatching(new RegExp(`1\\.10\\.3.*${release.replaceAll('.', '\\.')}`)),
    });
  });

  test('something without a release is not an engine', async () => {
    const { client } = await scripted(json(null));
    await expect(client.checkRelease()).rejects.toMatchObject({ code: 'ENGINE_VERSION' });
  });
});
