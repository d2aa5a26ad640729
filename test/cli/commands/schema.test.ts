import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useServer } from './server.ts';

const server = useServer();

const TRIP = JSON.stringify({
  type: 'record',
  name: 'trip',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'fare', type: ['null', 'double'] },
  ],
});

async function file(name: string, text: string): Promise<string> {
  const path = join(server.folder, name);
  await writeFile(path, text);
  return path;
}

test('schema verify checks a schema', async () => {
  await server.stdout('schema add amps', { stdin: '"int"' });
  expect(await server.stdout('schema verify amps')).toBe('');
  expect(await server.stdout('schema verify amps -v')).toBe('Schema OK\n');
  expect(await server.json('schema verify amps')).toEqual({ name: 'amps', result: 'ok' });
  expect(await server.run('schema add bad', { stdin: '"flaot"' })).toMatchObject({
    status: 0,
    stderr: 'Warning: Type "flaot" is undefined; it is stored all the same\n',
  });
  expect(await server.run('schema verify bad')).toMatchObject({
    status: 2,
    stderr: 'Error: Type "flaot" is undefined\n',
  });
  expect(await server.run('schema verify amps nothing')).toMatchObject({
    status: 5,
    stderr: 'Error: nothing not found\n',
  });
});

test('schema verify tells of each record whether it fits, and why not', async () => {
  await server.stdout('schema add amps', { stdin: '"int"' });
  const records = await file('recs', '7\n"seven"\n\n{bad\n');
  expect(await server.run(`schema verify amps ${records} -v`)).toMatchObject({
    status: 8,
    stdout:
      `Schema OK\nOK   ${'7'.padEnd(32)}\n\n` +
      `FAIL ${'"seven"'.padEnd(32)}\n     Int expected, not "seven"\n\n` +
      `JSON ${'{bad'.padEnd(32)}\n\n`,
  });
  expect(await server.run(`schema verify amps ${records}`, { env: { FASTSCORE_COMPAT: '1' } })).toMatchObject({
    status: 0,
  });
  const { stdout } = await server.run(`schema verify amps ${records} --json`);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { record: '7', result: 'ok' },
    { record: '"seven"', result: 'failed', by: 'schema', reason: 'Int expected, not "seven"' },
    { record: '{bad', result: 'failed', by: 'encoding', reason: expect.stringMatching(/^not valid JSON: /) },
  ]);
});

test('schema verify reads CSV with the types of the schema', async () => {
  await server.stdout('schema add trip', { stdin: TRIP });
  const records = await file('trips.csv', 'id,fare\n9007199254740993,\nx,1\n1\n');
  const { status, stdout } = await server.run(`schema verify trip ${records} --json`);
  expect(status).toBe(8);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { record: '{"id":9007199254740993,"fare":null}', result: 'ok' },
    { reason: `Field 'id': Long expected, not "x"` },
    { record: '1', by: 'encoding', reason: 'the row has 1 values for 2 fields' },
  ]);
});

test('schema infer prints a schema that can be stored', async () => {
  const csv = await file('in.csv', 'id,fare\n1,2.5\n2,\n');
  const inferred = await server.stdout(`schema infer ${csv}`);
  expect(JSON.parse(inferred)).toEqual({
    type: 'record',
    name: 'Rec1',
    fields: [
      { name: 'id', type: 'int' },
      { name: 'fare', type: ['null', 'double'] },
    ],
  });
  expect(await server.stdout('schema infer', { stdin: '{"x":1}\n{"x":2.5}\n' })).toContain('"type": "double"');
  await server.stdout('schema add trip', { stdin: inferred });
  expect(await server.run(`schema verify trip ${csv}`)).toMatchObject({ status: 0 });
  expect(await server.run(`schema infer ${csv} --format xml`)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Format xml not recognized'),
  });
  expect(await server.run('schema infer nothing.csv')).toMatchObject({
    status: 5,
    stderr: 'Error: nothing.csv not found\n',
  });
});
