import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDescriptor } from '../../../src/streams/descriptor.ts';
import { openOutput } from '../../../src/streams/open-output.ts';
import type { OutputStream } from '../../../src/streams/types.ts';
import { recordsOf } from '../../streams/read-all.ts';

let server: { port: number; user: string; stop(): Promise<void> };

beforeAll(async () => {
  const url = new URL('../../../scripts/services/postgres.mjs', import.meta.url);
  const { startPostgres } = (await import(url.href)) as { startPostgres(): Promise<typeof server> };
  server = await startPostgres();
});
afterAll(() => server.stop());

async function ask(text: string): Promise<Record<string, unknown>[]> {
  const { port, user } = server;
  const client = new pg.Client({ host: '127.0.0.1', port, user, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

const open = (table: string, more: object = {}): Promise<OutputStream> =>
  openOutput(
    parseDescriptor({
      Transport: {
        Type: 'ODBC',
        ConnectionString: `postgresql://${server.user}@127.0.0.1:${server.port}/postgres`,
        InsertIntoTable: table,
        ...more,
      },
      Encoding: null,
    }),
    { slot: 1 },
  );

interface Written {
  readonly rejects: { text: string; reason: string }[];
  readonly failures: string[];
}

/** Writes one batch. @returns what was left out of it, and why the stream failed */
async function write(stream: OutputStream, texts: readonly string[]): Promise<Written> {
  const failures: string[] = [];
  stream.onError(({ message }) => failures.push(message));
  await stream.write(recordsOf('json', texts));
  const rejects = stream.takeRejects().map(({ by, slot, seqno, text, reason }) => {
    expect({ by, slot, seqno }).toEqual({ by: 'encoding', slot: 1, seqno: null });
    return { text, reason };
  });
  await stream.close();
  return { rejects, failures };
}

const idsIn = async (table: string): Promise<unknown[]> =>
  (await ask(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => id);

/** A name, the type of column `v`, a value that does not go there, and why. */
const BAD: [string, string, string, RegExp][] = [
  ['an integer too large', 'int', '3000000000', /^the table does not take the row: value "3000000000" is out of range/],
  ['an integer too large for 64 bits', 'bigint', '9223372036854775808', /out of range for type bigint/],
  ['a fraction for an integer', 'int', '1.5', /invalid input syntax for type integer: "1\.5"/],
  ['a word for a number', 'int', '"many"', /invalid input syntax for type integer: "many"/],
  ['a number too large for a double', 'double precision', '1e400', /out of range for type double precision/],
  ['too many digits', 'numeric(4, 2)', '123.4', /numeric field overflow/],
  [
    'a zero character',
    'text',
    '"a\\u0000b"',
    /unsupported Unicode escape sequence \(\\u0000 cannot be converted to text\)/,
  ],
  ['half a surrogate pair', 'text', '"\\ud800"', /surrogate/],
  ['the other half', 'text', '"\\udc00x"', /surrogate/],
  ['a text too long', 'varchar(3)', '"four"', /value too long for type character varying\(3\)/],
  ['no date', 'date', '"tomorrow or so"', /invalid input syntax for type date/],
  ['null where there must be something', 'int NOT NULL', 'null', /null value in column "v" .*violates not-null/],
  ['a value against a check', 'int CHECK (v < 100)', '100', /violates check constraint "[a-z0-9_]+"$/],
  ['a value that is there already', 'int UNIQUE', '5', /duplicate key .*\(Key \(v\)=\(5\) already exists\)/],
  [
    'a value that must be elsewhere',
    'int REFERENCES known',
    '7',
    /violates foreign key .*\(Key \(v\)=\(7\) is not present/,
  ],
  ['a value that is to be there at the end', 'int REFERENCES known DEFERRABLE INITIALLY DEFERRED', '7', /foreign key/],
  ['an object for a number', 'int', '{"a":1}', /invalid input syntax/],
];

test.each(BAD)('a row is left out with %s, and the others are there', async (_, type, bad, reason) => {
  await ask('CREATE TABLE IF NOT EXISTS known (v int PRIMARY KEY)');
  await ask('INSERT INTO known VALUES (5) ON CONFLICT DO NOTHING');
  await ask(`DROP TABLE IF EXISTS rows; CREATE TABLE rows (id int, v ${type})`);
  const good = /text|varchar/.test(type) ? '"5"' : /date/.test(type) ? '"2020-02-29"' : '5';
  const others = /UNIQUE/.test(type) ? ['6', '7', '8', '9'] : Array.from({ length: 4 }, () => good);
  const values = [good, others[0], bad, ...others.slice(1)];
  const texts = values.map((value, i) => `{"id":${i + 1},"v":${value}}`);
  const { rejects, failures } = await write(await open('rows'), texts);
  expect(failures).toEqual([]);
  expect(rejects).toEqual([{ text: texts[2], reason: expect.stringMatching(reason) }]);
  expect(await idsIn('rows')).toEqual([1, 2, 4, 5, 6]);
});

test('many bad rows among many are each left out, in their order, and batches follow', async () => {
  await ask('CREATE TABLE many (id int)');
  const stream = await open('many');
  const numbers = Array.from({ length: 5000 }, (_, i) => i);
  const isBad = (n: number): boolean => n % 97 === 13 || (n >= 1000 && n < 1100);
  await stream.write(
    recordsOf(
      'json',
      numbers.map((n) => (isBad(n) ? `{"id":"x${n}"}` : `{"id":${n}}`)),
    ),
  );
  expect(stream.takeRejects().map(({ text }) => text)).toEqual(numbers.filter(isBad).map((n) => `{"id":"x${n}"}`));
  await stream.write(recordsOf('json', ['{"id":5000}']));
  await stream.close();
  expect(await idsIn('many')).toEqual([...numbers, 5000].filter((n) => !isBad(n)));
});

test('a batch of bad rows alone, and a single one', async () => {
  await ask('CREATE TABLE none_good (id int)');
  const { rejects, failures } = await write(await open('none_good'), ['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']);
  expect(failures).toEqual([]);
  expect(rejects.map(({ text }) => text)).toEqual(['{"id":"a"}', '{"id":"b"}', '{"id":"c"}']);
  expect((await write(await open('none_good'), ['{"id":"d"}'])).rejects).toHaveLength(1);
  expect(await idsIn('none_good')).toEqual([]);
});

test('a record that is no row is left out: too few values, and what is not JSON', async () => {
  await ask('CREATE TABLE pairs (id bigint, note text)');
  const texts = ['[9007199254740993,"a"]', '[2]', '3', '{"id":4', '{"id":5,"note":NaN}', '[6,null]'];
  const { rejects, failures } = await write(await open('pairs'), texts);
  expect(failures).toEqual([]);
  expect(rejects).toEqual([
    { text: '[2]', reason: 'the record has 1 values for 2 fields' },
    { text: '3', reason: 'the record has 1 values for 2 fields' },
    { text: '{"id":4', reason: 'not valid JSON' },
    { text: '{"id":5,"note":NaN}', reason: 'not valid JSON' },
  ]);
  expect(await ask('SELECT * FROM pairs ORDER BY id')).toEqual([
    { id: '6', note: null },
    { id: '9007199254740993', note: 'a' },
  ]);
});

test('a row that a trigger refuses is left out with what the trigger says', async () => {
  await ask(`
    CREATE TABLE guarded (id int);
    CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 2 THEN RAISE EXCEPTION 'two is taken'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION guard();
  `);
  const { rejects } = await write(await open('guarded'), ['{"id":1}', '{"id":2}', '{"id":3}']);
  expect(rejects).toEqual([{ text: '{"id":2}', reason: 'the table does not take the row: two is taken' }]);
  expect(await idsIn('guarded')).toEqual([1, 3]);
});

test('what is not the fault of a row fails the stream', async () => {
  await ask('CREATE TABLE gone (id int)');
  const stream = await open('gone');
  await ask('DROP TABLE gone');
  const { rejects, failures } = await write(stream, ['{"id":1}', '{"id":2}']);
  expect(rejects).toEqual([]);
  expect(failures).toEqual([expect.stringContaining('relation "gone" does not exist')]);
});

test('control records are no rows', async () => {
  await ask('CREATE TABLE sets (id int)');
  const stream = await open('sets');
  await stream.write(recordsOf('json', ['{"id":1}']));
  await stream.control({ kind: 'set' });
  await stream.close();
  expect(await idsIn('sets')).toEqual([1]);
});
