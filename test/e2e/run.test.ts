import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { release } from '../../src/util/release.ts';
import { describeWithBoth, describeWithPython } from '../languages.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    ...MODELS,
    'in.jsonl': '1\n2\n3\n',
    'count.py':
      "import fastscore\n\ndef action(x):\n    fastscore.cells('n').add()\n\ndef end():\n    yield fastscore.cells('n').value\n",
    'count.R':
      "library(fastscore)\n\naction <- function(x) Add(Cell('n'), 1)\n\nend <- function() emit(Get(Cell('n')))\n",
  });
});
afterAll(() => box.close());

describeWithBoth('fastscore run', () => {
  test.each(['sum.py', 'sum.R'])('%s prints the outputs and nothing else', async (model) => {
    expect(await box.ok('run', model, 'inline:1,2,3', '-')).toBe('1\n3\n6\n');
  });

  test('reads stdin and writes stdout when it is told -, or nothing', async () => {
    expect(await box.fastscore(['run', 'sum.R', '-'], { input: '10\n20\n' })).toEqual({
      status: 0,
      stdout: '10\n30\n',
      stderr: '',
    });
  });

  test.each([
    ['file:in.jsonl', 'file:out.jsonl'],
    ['in.jsonl', './out.jsonl'],
  ])('reads %s and writes %s from where it is called', async (input, output) => {
    await box.write('out.jsonl', 'something that is longer than the outputs\n');
    expect(await box.ok('run', 'sum.py', input, output)).toBe('');
    expect(await readFile(join(box.directory, 'out.jsonl'), 'utf8')).toBe('1\n3\n6\n');
  });

  test('never writes over what it reads', async () => {
    expect(await box.fastscore(['run', 'echo.py', 'in.jsonl', 'in.jsonl'])).toEqual({
      status: 2,
      stdout: '',
      stderr: `Error: The output of slot 1 would overwrite ${join(box.directory, 'in.jsonl')}, which is the input of slot 0\n`,
    });
    expect(await readFile(join(box.directory, 'in.jsonl'), 'utf8')).toBe('1\n2\n3\n');
  });

  test.each([
    ['count.py', '1'],
    ['count.py', '2'],
    ['count.py', '8'],
    ['count.R', '8'],
  ])('%s with %s jets counts every record once', async (model, jets) => {
    await box.write('many.jsonl', Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join(''));
    const printed = await box.ok('run', model, 'many.jsonl', '-', '--scale', jets);
    // Each jet tells what it sees at its own end; the last one sees everything.
    expect(Math.max(...printed.trim().split('\n').map(Number))).toBe(20_000);
  });

  test('goes on from a snapshot, taken in the other language, by file or by id', async () => {
    const saved = await box.ok('run', 'sum.py', 'inline:1,2,3', '-', '--save-snapshot', 'sum.snapshot');
    expect(saved).toBe('1\n3\n6\n');
    expect(await box.ok('run', 'sum.R', 'inline:4', '-', '--from-snapshot', 'sum.snapshot')).toBe('10\n');
    const [newest] = JSON.parse(await box.ok('snapshot', 'list', 'sum', '--json')) as { id: string }[];
    expect(await box.ok('run', 'sum.py', 'inline:0', '-', '--from-snapshot', newest!.id.slice(0, 5))).toBe('10\n');
  });

  test('--json gives one document with counts and outputs', async () => {
    const document = JSON.parse(await box.ok('run', 'echo.py', 'inline:1,2', '-', '--json')) as object;
    expect(document).toMatchObject({
      model: 'echo',
      state: 'finished',
      records: { in: 2, out: 2 },
      rejected: 0,
      outputs: [1, 2],
    });
  });

  test('tells on stderr which records were rejected, and goes on', async () => {
    expect(await box.fastscore(['run', 'echo.py', '-'], { input: '1\n{"a":\n2\n' })).toEqual({
      status: 0,
      stdout: '1\n2\n',
      stderr:
        'Record 2 of slot 0 rejected by encoding: {"a": (not JSON: Expecting value, character 6)\n' +
        '1 record of slot 0 was rejected\n',
    });
    const { status, stdout, stderr } = await box.fastscore(['run', 'sum.R', '-'], { input: 'a\nb\nc\nd\n7\n' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '7\n' });
    expect(stderr).toMatch(
      /^(Record \d of slot 0 rejected by encoding: [abc] \(.+\)\n){3}4 records of slot 0 were rejected\n$/,
    );
  });

  test('reads a stream of the catalog, or a descriptor in a file', async () => {
    await box.write('four.json', JSON.stringify({ Transport: { Type: 'inline', Data: ['4'] }, Encoding: 'json' }));
    expect(await box.ok('run', 'echo.py', 'four.json')).toBe('4\n');
    await box.ok('stream', 'add', 'four', 'four.json');
    expect(await box.ok('run', 'echo.py', 'four')).toBe('4\n');
  });

  test('needs a stream on every slot that the model uses', async () => {
    await box.write(
      'two.py',
      '# fastscore.action.0: left\n# fastscore.action.2: right\ndef left(x): yield x\ndef right(x): yield -x\n',
    );
    expect(await box.fastscore(['run', 'two.py', 'inline:1'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'Error: The model uses slot 2, which has no stream\nTry: --stream 2:inline:1,2,3\n',
    });
    const outputs = await box.ok('run', 'two.py', 'inline:1', '--stream', '2:inline:2');
    expect(outputs.split('\n').sort()).toEqual(['', '-2', '1']);
  });

  test('keeps what the model prints apart from its outputs', async () => {
    await box.write('chatty.py', 'def action(x):\n    print("saw", x)\n    yield x\n');
    await box.write('chatty.R', 'action <- function(x) {\n  message("saw ", x)\n  emit(x)\n}\n');
    for (const model of ['chatty.py', 'chatty.R']) {
      const finished = await box.fastscore(['run', model, 'inline:1,2']);
      expect(finished).toEqual({ status: 0, stdout: '1\n2\n', stderr: 'saw 1\nsaw 2\n' });
    }
  });

  test('needs no engine, and leaves nothing behind', async () => {
    const env = { FASTSCORE_HOME: join(box.directory, 'other-home') };
    expect(await box.fastscore(['run', 'echo.py', 'inline:1'], { env })).toMatchObject({ status: 0, stderr: '' });
    expect((await readdir(env.FASTSCORE_HOME)).sort()).toEqual(['jets']);
    expect(await readdir(join(env.FASTSCORE_HOME, 'jets'))).toEqual([]);
  });

  test('opens Python objects of a snapshot file only when they are trusted', async () => {
    await box.write(
      'object.py',
      "import fastscore\nc = fastscore.cells('c')\n\ndef begin():\n    c.init({1, 2})\n\n" +
        'def action(x):\n    yield sorted(c.update(lambda s: s | {x}))\n',
    );
    const run = ['run', 'object.py', 'inline:3'];
    expect(await box.ok(...run, '--save-snapshot', 'object.snapshot')).toBe('[1,2,3]\n');
    const refused = await box.fastscore([...run, '--from-snapshot', 'object.snapshot']);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^Error: Unable to restore object\.snapshot\n {2}Caused by: Error: .*--trust/s);
    expect(await box.ok(...run, '--from-snapshot', 'object.snapshot', '--trust')).toBe('[1,2,3]\n');
  });

  test('ends quietly when the reader of its output goes away', async () => {
    const { status, stderr } = await box.fastscore(['run', 'echo.py', 'file:many.jsonl'], {
      onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describeWithPython('a model test in one line', () => {
  beforeAll(async () => {
    await box.write('good.jsonl', '1\n3\n6\n');
    await box.write('bad.jsonl', '1\n3\n7\n');
    await box.write('state.json', '{"cells": {"sum": 6}}\n');
    await box.write('bad-state.json', '{"cells": {"sum": 7}}\n');
  });

  test('passes when outputs and state are the expected ones', async () => {
    const expectations = ['--expect', 'good.jsonl', '--expect-state', 'state.json'];
    expect(await box.ok('run', 'sum.py', 'inline:1,2,3', '-', ...expectations)).toBe('1\n3\n6\n');
  });

  test('shows what differs and exits with 8', async () => {
    const expectations = ['--expect', 'bad.jsonl', '--expect-state', 'bad-state.json'];
    expect(await box.fastscore(['run', 'sum.py', 'inline:1,2,3', '-', ...expectations])).toEqual({
      status: 8,
      stdout: '1\n3\n6\n',
      stderr:
        'Error: The outputs are not those of bad.jsonl, and the state is not that of bad-state.json\n' +
        "  output 3: expected 7, got 6\n  ~ cell 'sum': 7 -> 6\n",
    });
  });

  test('tells the differences as data with --json', async () => {
    const args = ['run', 'sum.py', 'inline:1', '-', '--expect', 'good.jsonl', '--json'];
    const { status, stdout, stderr } = await box.fastscore(args);
    expect({ status, stderr }).toEqual({ status: 8, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'OUTPUT_DIFFERS',
      details: { differences: '  output 2: missing, expected 3\n  output 3: missing, expected 6' },
    });
  });

  test('is refused before the run when what is expected cannot be read', async () => {
    const finished = await box.fastscore(['run', 'sum.py', 'inline:1', '--expect', 'nowhere']);
    expect(finished).toEqual({ status: 5, stdout: '', stderr: 'Error: nowhere not found\n' });
  });

  test('--unordered takes the outputs in any order', async () => {
    await box.write('shuffled.jsonl', '6\n1\n3\n');
    const args = ['run', 'sum.py', 'inline:1,2,3', '-', '--expect', 'shuffled.jsonl'];
    expect(await box.ok(...args, '--unordered')).toBe('1\n3\n6\n');
  });
});

describe('the version', () => {
  test('is that of the package', async () => {
    for (const word of ['version', '--version']) {
      expect(await box.ok(word)).toBe(`${release}\n`);
      expect(JSON.parse(await box.ok(word, '--json'))).toEqual({ version: release });
    }
  });
});
