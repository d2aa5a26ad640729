import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { resolveSecret } from '../../src/streams/secrets.ts';
import { openTestInput } from '../conformance/streams/input-transports.ts';
import { openTestOutput } from '../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

/** A data root with a secret in it, one beside it, and the links that lead there. */
function dataRoot() {
  const outside = temporaryFolder();
  const root = join(outside, 'root');
  mkdirSync(join(root, 'keys'), { recursive: true });
  writeFileSync(join(root, 'keys', 'mine'), 'inside\n');
  writeFileSync(join(outside, 'canary'), 'c4n4ry');
  symlinkSync(join(outside, 'canary'), join(root, 'link'));
  symlinkSync(outside, join(root, 'folder'));
  return { outside, root };
}

test('a secret is the content of a file, less a newline at its end', async () => {
  const { outside, root } = dataRoot();
  vi.stubEnv('SECRET_PATH_ROOT', join(root, 'keys'));
  expect(await resolveSecret('as it is', null)).toBe('as it is');
  expect(await resolveSecret('secret://mine', null)).toBe('inside');
  expect(await resolveSecret(`secret://${outside}/canary`, null)).toBe('c4n4ry');
});

test('with a data root a path stays in it, and a name is found in the folder of secrets wherever that is', async () => {
  const { outside, root } = dataRoot();
  vi.stubEnv('SECRET_PATH_ROOT', outside);
  expect(await resolveSecret(`secret://${root}/keys/mine`, root)).toBe('inside');
  expect(await resolveSecret('secret://canary', root)).toBe('c4n4ry');
  for (const path of [
    `${outside}/canary`,
    `${root}/../canary`,
    `${root}/keys/../../canary`,
    `${root}/link`,
    `${root}/folder/canary`,
    '/etc/passwd',
    '/dev/null',
    `${root}/keys`,
    root,
  ]) {
    const failure = resolveSecret(`secret://${path}`, root).catch((error: Error) => error.message);
    expect(await failure, path).toMatch(/^secret 'secret:.*' cannot be used: (the path leads out|is a directory)/);
  }
  await expect(resolveSecret(`secret://${root}/none`, root)).rejects.toThrow('no such file or directory');
});

const REFERENCE = 'secret:///CANARY';

test.each([
  { Type: 'HTTP', Url: 'http://HOST/', Headers: { Authorization: REFERENCE } },
  { Type: 'HTTP', Url: 'http://HOST/', Chunked: true, Headers: { Authorization: REFERENCE } },
  {
    Type: 'S3',
    Bucket: 'bucket',
    ObjectKey: 'k',
    Endpoint: 'http://HOST',
    AccessKeyID: 'id',
    SecretAccessKey: REFERENCE,
  },
  {
    Type: 'S3',
    Bucket: 'bucket',
    ObjectKey: 'k',
    Endpoint: 'http://HOST',
    AccessKeyID: REFERENCE,
    SecretAccessKey: 'x',
  },
  {
    Type: 'Kafka',
    BootstrapServers: ['HOST'],
    Topic: 't',
    Sasl: { Mechanism: 'PLAIN', Username: 'u', Password: REFERENCE },
  },
  {
    Type: 'Kafka',
    BootstrapServers: ['HOST'],
    Topic: 't',
    Sasl: { Mechanism: 'PLAIN', Username: REFERENCE, Password: 'p' },
  },
  { Type: 'Kafka', BootstrapServers: ['HOST'], Topic: 't', Tls: { Ca: REFERENCE } },
  { Type: 'Kafka', BootstrapServers: ['HOST'], Topic: 't', TransactionalId: 'x', Tls: { Key: REFERENCE } },
  {
    Type: 'ODBC',
    ConnectionString: `Driver=psql;Server=127.0.0.1;Port=PORT;Database=d;Uid=u;Pwd=${REFERENCE}`,
    SelectQuery: 'SELECT 1',
    InsertIntoTable: 't',
  },
])('%j sends no file that is outside of the data root anywhere', async (transport) => {
  const { outside, root } = dataRoot();
  const connections: unknown[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const text = JSON.stringify(transport)
    .replaceAll('HOST', `127.0.0.1:${port}`)
    .replaceAll('PORT', String(port))
    .replaceAll('/CANARY', join(outside, 'canary'));
  const json = {
    Transport: JSON.parse(text) as unknown,
    ...(transport.Type === 'ODBC' ? { Encoding: null } : {}),
  };
  const left = 'the path leads out of the data root';
  await expect(openTestOutput(json, { dataRoot: root })).rejects.toThrow(left);
  if (!('TransactionalId' in transport)) await expect(openTestInput(json, { dataRoot: root })).rejects.toThrow(left);
  expect(connections).toEqual([]);
});
