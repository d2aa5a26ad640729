import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    ...MODELS,
    'gain.py': 'def action(x):\n    yield 3 * x\n',
    'fails.py': 'def action(x):\n    yield 6 // (x - 2)\n',
  });
});
afterEach(() => box.fastscore(['engine', 'reset']));
afterAll(() => box.close());

describeWithPython('a stored model on the engine', () => {
  beforeAll(async () => {
    for (const name of ['gain', 'fails']) await box.ok('model', 'add', name, `${name}.py`);
  });

  test('takes records over REST, is paused, scaled and inspected', async () => {
    expect(await box.ok('model', 'scale', '2', '-v')).toBe('Model scale changed\n');
    expect(await box.ok('engine', 'pause', '-v')).toBe("Engine 'engine-1' paused\n");
    expect(await box.ok('engine', 'inspect')).toBe('INIT\n');
    expect(await box.ok('run', 'gain', 'rest:', 'rest:', '-v')).toBe(
      'Model and streams verified successfully\nModel loaded\nStream attached to slot 0\nStream attached to slot 1\n',
    );
    expect(await box.ok('engine', 'inspect')).toBe('PAUSED\n');
    expect(await box.ok('engine', 'unpause')).toBe('');
    expect(await box.ok('engine', 'inspect', '-json')).toBe('{\n  "state": "RUNNING"\n}\n');
    expect(await box.fastscore(['model', 'input'], { input: '5\n7\n\n9\n' })).toMatchObject({ status: 0, stdout: '' });
    // Two jets may have had a record each.
    const outputs = [await box.ok('model', 'output'), await box.ok('model', 'output')];
    expect(outputs.sort()).toEqual(['15\n', '21\n']);
    expect(await box.ok('model', 'output', '-nowait')).toBe('');
    expect(await box.ok('job', 'scale', '1')).toBe('');
    const { jets, scale } = JSON.parse(await box.ok('job', 'status', '--json')) as { jets: unknown[]; scale: number };
    expect({ jets: jets.length, scale }).toEqual({ jets: 1, scale: 1 });
    expect(await box.ok('model', 'inspect')).toMatch(
      /^Name +Type +SLOC +Snapshots\n[-\s]+\ngain +python +2 +none\n[\s\S]*\n +1 +\d+ +\d+\n$/,
    );
    expect(await box.ok('stream', 'inspect', '0')).toMatch(/\n +0 +inline-\d+ +REST +False\n$/);
    expect((await box.fastscore(['model', 'unload'])).status).toBe(6);
  });

  test('that fails puts the engine into ERROR, which --wait and job status explain', async () => {
    const explanation = [
      'Error: The model failed in action: ZeroDivisionError: integer division or modulo by zero',
      'Traceback (most recent call last):',
      expect.stringMatching(/^ {2}File "__model.py", line 2, in action$/),
      '    yield 6 // (x - 2)',
    ];
    const ended = await box.fastscore(['run', 'fails', 'inline:0,2,4', 'discard:', '--wait']);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status: 8, stdout: '' });
    expect(ended.stderr.split('\n').slice(0, 4)).toEqual(explanation);
    expect(ended.stderr).toMatch(/\nThe input that caused the error \(slot 0, by sequence number\):\n {2}2: 2\n$/);
    expect(await box.ok('engine', 'inspect')).toBe('ERROR\n');
    expect(await box.ok('job', 'status')).toContain(ended.stderr.trim());
    expect(await box.fastscore(['run', 'gain', 'inline:1'])).toMatchObject({
      status: 6,
      stderr: expect.stringContaining('\nTry: fastscore engine reset, or --replace\n') as string,
    });
    expect(await box.ok('job', 'stop', '-v')).toBe('Engine stopped\n');
    expect(await box.ok('engine', 'inspect')).toBe('INIT\n');
  });
});

describeWithR('an R model on the engine', () => {
  test('keeps its state where the command line sees and changes it', async () => {
    await box.ok('model', 'add', 'sum', 'sum.R');
    await box.ok('run', 'sum', 'rest:', 'rest:');
    await box.fastscore(['model', 'input'], { input: '5\n' });
    expect(await box.ok('model', 'output')).toBe('5\n');
    expect(await box.ok('state', 'get', 'sum')).toBe('5\n');
    await box.ok('state', 'set', 'sum', '100');
    await box.fastscore(['model', 'input'], { input: '5\n' });
    expect(await box.ok('model', 'output')).toBe('105\n');
    expect(await box.ok('state', 'list')).toBe(
      'Kind    Name    Item    Type    Jet    Value\n------  ------  ------  ------  -----  -------\ncell    sum             number  1      105\n',
    );
    expect(await box.ok('state', 'delete', 'sum', '-v')).toBe("Cell 'sum' deleted\n");
    expect(await box.fastscore(['state', 'get', 'sum'])).toMatchObject({ status: 5, stdout: '' });
  });
});
