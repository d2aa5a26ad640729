import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBoth } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const TRIP = {
  type: 'record',
  name: 'trip',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'fare', type: 'double' },
    { name: 'note', type: ['null', 'string'] },
  ],
};

const CSV = '\ufeffid,fare,note\n9007199254740993,2.5,"a, ""b"""\n\n2,x,\n3,4.25,\n';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    'trip.avsc': JSON.stringify(TRIP),
    'echo.py': '# fastscore.schema.0: trip\n# fastscore.schema.1: trip\n\ndef action(x):\n    yield x\n',
    'kinds.py': 'def action(x):\n    yield {name: type(x[name]).__name__ for name in x}\n',
    'fares.R': '# fastscore.schema.0: trip\n\naction <- function(x) emit(x$fare)\n',
    'other.py': '# fastscore.schema.0: int\n\ndef action(x):\n    yield x\n',
    'plain.py': 'def action(x):\n    yield x\n',
    'in.csv': CSV,
  });
});
afterAll(() => box.close());

async function stream(name: string, fields: Record<string, unknown>): Promise<string> {
  const file = `${name}.stream.json`;
  const Transport = { Type: 'file', Path: join(box.directory, name) };
  await box.write(file, JSON.stringify({ Transport, ...fields }));
  return file;
}

const STREAMS: [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['csv', { Encoding: 'csv' }, {}],
  ['msgpack', { Encoding: 'msgpack' }, {}],
  ['avro-binary', { Encoding: 'avro-binary' }, {}],
  [
    'ocf',
    { Encoding: 'avro-binary', Envelope: { Type: 'ocf-block', Compress: 'deflate' } },
    { Envelope: 'ocf-block', Schema: null },
  ],
];

describeWithBoth('encodings', () => {
  test.each(STREAMS)(
    'records go out in %s and come back as they were, less what does not fit',
    async (name, to, from) => {
      const input = await stream('in.csv', { Encoding: 'csv' });
      const output = await stream(`out.${name}`, to);
      const { status, stderr } = await box.fastscore(['run', 'echo.py', input, output, '--schema', 'trip:@trip.avsc']);
      expect(status).toBe(0);
      expect(stderr).toContain(`(Field 'fare': Double expected, not "x")`);
      const back = await stream(`out.${name}`, { ...to, ...from });
      const model = from.Schema === null ? 'plain.py' : 'echo.py';
      expect(await box.ok('run', model, back, '--schema', 'trip:@trip.avsc')).toBe(
        '{"id":9007199254740993,"fare":2.5,"note":"a, \\"b\\""}\n{"id":3,"fare":4.25,"note":null}\n',
      );
    },
  );

  test('R gets the records of every encoding', async () => {
    const input = await stream('in.csv', { Encoding: 'csv' });
    const { stdout } = await box.fastscore(['run', 'fares.R', input, '--schema', 'trip:@trip.avsc']);
    expect(stdout).toBe('2.5\n4.25\n');
  });

  test('a float of MessagePack that has no fraction is a float in Python', async () => {
    await writeFile(
      join(box.directory, 'kinds.msgpack'),
      Buffer.from('83a169cb4000000000000000a16a02a162c401ff', 'hex'),
    );
    const input = await stream('kinds.msgpack', { Encoding: 'msgpack' });
    expect(await box.ok('run', 'kinds.py', input)).toBe('{"i":"float","j":"int","b":"str"}\n');
  });

  test('a file without records has its header all the same', async () => {
    await box.write('empty.csv', 'id,fare,note\n');
    const input = await stream('empty.csv', { Encoding: 'csv' });
    const output = await stream('none.csv', { Encoding: 'csv', Envelope: { Type: 'delimited-csv', Separator: '\n' } });
    await box.ok('run', 'echo.py', input, output, '--schema', 'trip:@trip.avsc');
    expect(await readFile(join(box.directory, 'none.csv'), 'utf8')).toBe('id,fare,note\n');
  });

  test('a stream is read with the schema of a model that is loaded after it was attached', async () => {
    await writeFile(join(box.directory, 'late.avro'), Buffer.from('0e000000000000044000', 'hex'));
    const input = await stream('late.avro', { Encoding: 'avro-binary' });
    await box.ok('schema', 'add', 'trip', 'trip.avsc');
    await box.ok('model', 'add', 'echo', 'echo.py');
    await box.ok('stream', 'add', 'late', input);
    await box.ok('stream', 'attach', 'late', '0');
    await box.ok('stream', 'attach', 'rest:', '1');
    await box.ok('model', 'load', 'echo');
    expect(await box.ok('model', 'output')).toBe('{"id":7,"fare":2.5,"note":null}\n');
    expect(JSON.parse((await box.fastscore(['stream', 'verify', 'late', '0', '--json'])).stdout)).toMatchObject({
      descriptor: { encoding: 'avro-binary', schema: TRIP },
    });
    await box.ok('engine', 'reset');
  });

  test('a stream that is read with the schema of one model does not take that of another', async () => {
    await writeFile(join(box.directory, 'kept.avro'), Buffer.from('0e000000000000044000', 'hex'));
    const input = await stream('kept.avro', { Encoding: 'avro-binary' });
    await box.ok('schema', 'add', 'trip', 'trip.avsc');
    await box.ok('model', 'add', 'echo', 'echo.py');
    await box.ok('model', 'add', 'other', 'other.py');
    await box.ok('stream', 'add', 'kept', input);
    await box.ok('stream', 'attach', 'kept', '0');
    await box.ok('model', 'load', 'echo');
    await box.ok('model', 'unload');
    expect(await box.fastscore(['model', 'load', 'other'])).toMatchObject({
      status: 8,
      stderr: expect.stringContaining('Stream schema at slot 0 does not match the model schema'),
    });
    await box.ok('engine', 'reset');
  });
});
