import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { internalForm, parseDescriptor } from '../../../src/streams/descriptor.ts';
import { openInput } from '../../../src/streams/open-input.ts';
import { openOutput } from '../../../src/streams/open-output.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';

interface Server {
  readonly port: number;
  readonly user: string;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

let server: Server;

beforeAll(async () => {
  const url = new URL('../../../scripts/services/postgres.mjs', import.meta.url);
  const { startPostgres } = (await import(url.href)) as { startPostgres(): Promise<Server> };
  server = await startPostgres();
});
afterAll(() => server.stop());

async function ask(text: string): Promise<unknown[]> {
  const { port, user } = server;
  const client = new pg.Client({ host: '127.0.0.1', port, user, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const descriptorOf = (more: object, connection?: string): object => ({
  Transport: {
    Type: 'ODBC',
    ConnectionString:
      connection ??
      `Driver={PostgreSQL Unicode};Server=127.0.0.1;Port=${server.port};Database=postgres;Uid=${server.user};Pwd=canary`,
    ...more,
  },
  Encoding: null,
  Schema: null,
});

test('a query gives an object per row, with every digit', async () => {
  await ask(`CREATE TABLE loads (id bigint, rate numeric, name text, ok boolean, tags json)`);
  await ask(`INSERT INTO loads VALUES (9007199254740993, 1.10, 'a "b"', true, '[1, 2]'), (2, null, 'é', false, null)`);
  const stream = await openInput(parseDescriptor(descriptorOf({ SelectQuery: 'SELECT * FROM loads ORDER BY id' })), {
    slot: 0,
  });
  const { records } = await readAll(stream);
  await stream.close();
  expect(records).toEqual([
    '{"id":2,"rate":null,"name":"é","ok":false,"tags":null}',
    '{"id":9007199254740993,"rate":1.10,"name":"a \\"b\\"","ok":true,"tags":[1, 2]}',
  ]);
});

test('many rows come in stretches, by URL too', async () => {
  const url = `postgresql://${server.user}@127.0.0.1:${server.port}/postgres`;
  const query = 'SELECT generate_series AS n FROM generate_series(1, 5000)';
  const stream = await openInput(parseDescriptor(descriptorOf({ SelectQuery: query }, url)), { slot: 0 });
  const { records } = await readAll(stream);
  await stream.close();
  expect(records).toEqual(Array.from({ length: 5000 }, (_, i) => `{"n":${i + 1}}`));
});

test('objects and lists are appended to a table, also after the server was restarted', async () => {
  await ask('CREATE TABLE scores (id bigint, score double precision, note text)');
  const json = descriptorOf({ InsertIntoTable: 'scores', OutputFields: ['id', 'score'] });
  const stream = await openOutput(parseDescriptor(json), { slot: 1 });
  await stream.write(recordsOf('json', ['{"id":9007199254740993,"score":0.5,"note":"left out"}', '[2,1.5]']));
  await server.restart();
  await stream.write(recordsOf('json', ['{"id":3}']));
  await stream.close();
  expect(stream.trouble).toBeNull();
  expect(await ask('SELECT * FROM scores ORDER BY id')).toEqual([
    { id: '2', score: 1.5, note: null },
    { id: '3', score: null, note: null },
    { id: '9007199254740993', score: 0.5, note: null },
  ]);
});

test('a field or a table that is not there is told when the stream is opened', async () => {
  await ask('CREATE TABLE few (a int)');
  const open = (more: object) => openOutput(parseDescriptor(descriptorOf(more)), { slot: 1 });
  await expect(open({ InsertIntoTable: 'few', OutputFields: ['b'] })).rejects.toThrow("the table has no field 'b'");
  await expect(open({ InsertIntoTable: 'none' })).rejects.toThrow('relation "none" does not exist');
});

test('a query that fails fails the stream, and passwords are not shown', async () => {
  const descriptor = parseDescriptor(descriptorOf({ SelectQuery: 'SELECT 1 / 0' }));
  expect(JSON.stringify(internalForm(descriptor))).not.toContain('canary');
  const stream = await openInput(descriptor, { slot: 0 });
  await expect(readAll(stream)).rejects.toThrow('division by zero');
  await stream.close();
});

const COUNT = 300_000;

test('a query with an order goes on behind the last row when the server was restarted under way', async () => {
  const query = `SELECT n FROM generate_series(1, ${COUNT}) AS n ORDER BY n`;
  const stream = await openInput(parseDescriptor(descriptorOf({ SelectQuery: query })), { slot: 0, bufferBytes: 1000 });
  await vi.waitFor(() => expect(stream.take(1)).toBeDefined(), 20_000);
  await server.restart();
  const { records } = await readAll(stream);
  await stream.close();
  expect(records).toHaveLength(COUNT - 1);
  expect(records.every((record, i) => record === `{"n":${i + 2}}`)).toBe(true);
});

test('a query without an order fails then: nobody knows which rows are missing', async () => {
  const query = `SELECT n FROM generate_series(1, ${COUNT}) AS n`;
  const stream = await openInput(parseDescriptor(descriptorOf({ SelectQuery: query })), { slot: 0, bufferBytes: 1000 });
  await vi.waitFor(() => expect(stream.take(1)).toBeDefined(), 20_000);
  await server.restart();
  await expect(readAll(stream)).rejects.toMatchObject({
    message: expect.stringMatching(/the connection broke after \d+ rows, and which are missing is not known/),
    hint: expect.stringContaining('ORDER BY'),
  });
  await stream.close();
});
