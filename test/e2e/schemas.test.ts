import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobStatus } from '../../src/api/shapes.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    'narrow.py': '# fastscore.schema.0: long\n# fastscore.schema.1: int\n\ndef action(x):\n    yield x\n',
    'texts.py': '# fastscore.schema.0: string\n# fastscore.schema.1: string\n\ndef action(x):\n    yield x\n',
    'numbers.json': '1\n"x"\n9007199254740993\n5\n',
    'strings.json': JSON.stringify({
      Transport: { Type: 'inline', Data: ['"a"'] },
      Encoding: 'json',
      Schema: 'string',
    }),
    'ints.json': JSON.stringify({
      Transport: { Type: 'inline', Data: ['7', '3000000000'] },
      Encoding: 'json',
      Schema: { type: 'int' },
    }),
  });
});
afterAll(() => box.close());

describeWithPython('schemas', () => {
  test('records that do not fit the schemas of the model are left out on both sides and told with reasons', async () => {
    expect(await box.fastscore(['run', 'narrow.py', 'numbers.json'])).toMatchObject({
      status: 0,
      stdout: '1\n5\n',
      stderr: expect.stringContaining(
        'Record 2 of slot 0 rejected by schema: "x" (Long expected, not "x")\n' +
          'Output to slot 1 rejected by schema: 9007199254740993 (Int expected, not 9007199254740993: more than 32 bits)\n',
      ),
    });
  });

  test('records are checked against the schema of the stream also when that of the model is wider', async () => {
    expect(await box.fastscore(['run', 'narrow.py', 'ints.json'])).toMatchObject({
      stdout: '7\n',
      stderr: expect.stringContaining('(Int expected, not 3000000000: more than 32 bits)'),
    });
  });

  test('a stream whose records the model cannot read is not attached', async () => {
    expect(await box.fastscore(['run', 'narrow.py', 'strings.json'])).toMatchObject({
      status: 8,
      stderr: expect.stringContaining(
        'Stream schema at slot 0 does not match the model schema: String cannot be read as Long',
      ),
    });
  });

  test('a model that takes over the flow brings its schemas along', async () => {
    await box.ok('model', 'add', 'narrow', 'narrow.py');
    await box.ok('model', 'add', 'texts', 'texts.py');
    for (const slot of ['0', '1']) await box.ok('stream', 'attach', 'rest:', slot);
    await box.ok('model', 'load', 'narrow');
    await box.fastscore(['model', 'input'], { input: '"a"\n5\n' });
    expect(await box.ok('model', 'output')).toBe('5\n');
    await box.ok('model', 'load', 'texts');
    await box.fastscore(['model', 'input'], { input: '6\n"b"\n' });
    expect(await box.ok('model', 'output')).toBe('"b"\n');
    const status = JSON.parse((await box.fastscore(['job', 'status', '--json'])).stdout) as JobStatus;
    expect(status.slots[0]!.rejects.map(({ text, reason }) => [text, reason])).toEqual([
      ['"a"', 'Long expected, not "a"'],
      ['6', 'String expected, not 6'],
    ]);
    await box.ok('engine', 'reset');
  });
});
