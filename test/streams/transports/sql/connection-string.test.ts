import { expect, test } from 'vitest';
import { parseConnectionString } from '../../../../src/streams/transports/sql/connection-string.ts';

const DATABASE = { host: 'db', port: 5432, database: 'loads', user: 'ann', password: 'pw', ssl: false };

test.each([
  ['Driver=PostgreSQL;Server=db;Port=5432;Database=loads;Uid=ann;Pwd=pw', DATABASE],
  ['DRIVER={PostgreSQL Unicode}; SERVER=db; DATABASE=loads; UID=ann; PWD=pw;', DATABASE],
  ['Server=db;Database=loads;Uid=ann;Pwd={p;w}}}', { ...DATABASE, password: 'p;w}' }],
  ['Server=db;Database=loads;Uid=ann;Pwd=secret://db', { ...DATABASE, password: 'secret://db' }],
  ['Host=db;Port=99;Database=loads;User Id=ann;SslMode=require', { ...DATABASE, port: 99, password: null, ssl: true }],
  ['postgresql://ann:pw@db/loads', DATABASE],
  ['postgres://ann@db:99/loads?sslmode=verify-full', { ...DATABASE, port: 99, password: null, ssl: true }],
])('%s is understood', (text, database) => {
  expect(parseConnectionString(text)).toEqual(database);
});

test.each([
  ['Driver=SQL Server;Server=db', "Driver 'SQL Server' is not supported by this release"],
  ['Server=db', "ConnectionString must have 'Uid' and 'Database'"],
])('%s is refused', (text, message) => {
  expect(() => parseConnectionString(text)).toThrow(message);
});
