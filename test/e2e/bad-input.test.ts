import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithBoth } from '../languages.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    ...MODELS,
    'syntax.py': 'def action(x):\n    yield x +\n',
    'syntax.R': 'action <- function(x) {\n',
    'schema.py': '# fastscore.schema.0: not-there-yet\ndef action(x):\n    yield x = 1\n',
    'no-schema.py': '# fastscore.schema.0: not-there-yet\ndef action(x):\n    yield x\n',
    'no-action.py': 'def act(x):\n    yield x\n',
    'arity.py': 'def action():\n    yield 1\n',
    'python2.py': 'def action(x):\n    print "x"\n',
    'imports.py': 'import nowhere_to_be_found\n\ndef action(x):\n    yield x\n',
    'model.foo': 'def action(x):\n    yield x\n',
    'begin.py': 'def begin():\n    open("/nowhere/at/all")\n\ndef action(x):\n    yield x\n',
    'divide.py': 'def half(x):\n    return 6 // (x - 2)\n\ndef action(x):\n    yield half(x)\n',
    'end.R': 'action <- function(x) emit(x)\n\nend <- function() {\n  stop("not yet")\n}\n',
  });
});
afterAll(() => box.close());

/** Command line, exit status, stderr. */
const REFUSED: [string, number, string][] = [
  ['snapsot list', 2, "Error: Unknown command 'snapsot'\nTry: fastscore snapshot list\n"],
  ['model lst', 2, expect.stringContaining('Try: fastscore model list\n') as unknown as string],
  ['run echo.py --scal 3', 2, "Error: Unknown option '--scal' of 'fastscore run'\nTry: --scale\n"],
  ['model add', 2, "Error: Missing required argument 'model'\nTry: fastscore model add --help\n"],
  [
    'run missing.py inline:1',
    5,
    "Error: There is neither a file nor a stored model 'missing.py'\nTry: fastscore model list\n",
  ],
  [
    'model add model.foo',
    2,
    expect.stringContaining('Cannot guess model type (use -type:<model_type>)') as unknown as string,
  ],
  [
    'run syntax.py inline:1',
    8,
    'Error: Unable to load syntax.py\n  Caused by: Error: The model is not valid Python 3: line 2, column 14: invalid syntax: "yield x +"\n',
  ],
  [
    'run syntax.R inline:1',
    8,
    expect.stringMatching(
      /^Error: Unable to load syntax\.R\n {2}Caused by: Error: The model is not valid R: line \d, column \d+: unexpected end of input/,
    ) as unknown as string,
  ],
  [
    'run no-action.py inline:1',
    8,
    "Error: Unable to load no-action.py\n  Caused by: Error: Slot 0 calls function 'action', which the model does not define; it defines the functions act\n" +
      'Hint: Define it, or name another function with "# fastscore.action.0: FUNCTION"\n',
  ],
  [
    'run arity.py inline:1',
    8,
    "Error: Unable to load arity.py\n  Caused by: Error: Function 'action', the action of slot 0, takes 0 parameters instead of 1, 2 or 3\n" +
      'Hint: An action takes (data), (data, slot) or (data, slot, seqno)\n',
  ],
  [
    'run python2.py inline:1',
    8,
    expect.stringContaining('The model is Python 2, and this engine runs Python 3: line 2') as unknown as string,
  ],
  [
    'run imports.py inline:1',
    8,
    expect.stringContaining('imports what is not installed: nowhere_to_be_found') as unknown as string,
  ],
  [
    'run begin.py inline:1',
    8,
    expect.stringMatching(/File "begin\.py", line 2, in begin\n.*FileNotFoundError/s) as unknown as string,
  ],
  [
    'run divide.py inline:0,2,4',
    8,
    expect.stringMatching(
      /line 5, in action.*line 2, in half.*ZeroDivisionError.*\(slot 0, by sequence number\):\n {2}2: 2\n/s,
    ) as unknown as string,
  ],
  ['run end.R inline:1', 8, expect.stringMatching(/failed in end: .*not yet.*end\.R:4/s) as unknown as string],
  [
    'model add named model.foo',
    2,
    expect.stringContaining('Caused by: Error: model.foo must have a proper extension (.pfa, ') as unknown as string,
  ],
  ['run model.foo inline:1', 2, expect.stringContaining('model.foo must have a proper extension') as unknown as string],
  ['run echo.py inline:1 --scale -1', 2, "Error: --scale takes a positive integer, not '-1'\n"],
  ['run echo.py inline:1 --scale 1.5', 2, "Error: --scale takes a positive integer, not '1.5'\n"],
  ['run echo.py inline:1 --scale x', 2, "Error: --scale takes a positive integer, not 'x'\n"],
  ['run echo.py inline:1 --scale 10000', 2, 'Error: The number of jets must be an integer from 0 to 1024, not 10000\n'],
  ['job scale -1', 2, 'Error: The number of jets must be a non-negative integer\n'],
  ['job scale 1.5', 2, 'Error: The number of jets must be a non-negative integer\n'],
  ['job scale x', 2, 'Error: The number of jets must be a non-negative integer\n'],
  [
    'job scale 10000',
    2,
    'Error: Unable to scale model\n  Caused by: Error: The number of jets must be an integer from 0 to 1024, not 10000\n',
  ],
  ['model load nothing', 5, "Error: Model 'nothing' not found\nTry: fastscore model list\n"],
  [
    'snapshot show nothing abc',
    5,
    "Error: Cannot retrieve snapshot 'abc' metadata\n  Caused by: Error: Model 'nothing' has no snapshot 'abc'\nTry: fastscore snapshot list nothing\n",
  ],
  [
    'model add ../up echo.py',
    2,
    expect.stringContaining("'../up' is no name for a model: it has a part '.' or '..'") as unknown as string,
  ],
  [`model add ${'x'.repeat(300)} echo.py`, 2, expect.stringContaining('it is too long') as unknown as string],
  [
    'run echo.py inline:1 file:/nowhere/out',
    1,
    expect.stringContaining("file '/nowhere/out': no such file or directory") as unknown as string,
  ],
  [
    'run echo.py file:gone.jsonl',
    1,
    expect.stringContaining("gone.jsonl': no such file or directory") as unknown as string,
  ],
  ['run echo.py exec:false', 1, "Error: Stream at slot 0 failed: exec 'false': ended with status 1\n"],
  ['run echo.py foo:1', 2, expect.stringContaining('transport tag unknown: foo\n') as unknown as string],
];

describeWithBoth('bad input', () => {
  test.concurrent.each(REFUSED)('fastscore %s', async (line, status, stderr) => {
    const finished = await box.fastscore(line.split(' '));
    expect(finished).toMatchObject({ status, stderr });
    expect(finished.stderr).not.toMatch(/^ {4}at |node:internal|file:\/\//m);
  });

  test.each([
    ['syntax.py', 'The model is not valid Python 3: line 2, column 14: invalid syntax: "yield x +"\n'],
    ['syntax.R', /The model is not valid R: line \d, column \d+: unexpected end of input/],
    ['schema.py', 'The model is not valid Python 3: line 3, column 5: '],
    ['python2.py', /The model is Python 2, and .*: line 2, column \d+: .*: "print "x""\nHint: Convert the source/],
  ])('a source with a syntax error is stored, with a warning that names its place: %s', async (file, warning) => {
    const { status, stdout, stderr } = await box.fastscore(['model', 'add', `bad-${file}`, file]);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^Warning: /);
    expect(stderr).toMatch(warning);
    await box.ok('model', 'remove', `bad-${file}`);
  });

  test('a source that lacks a schema, a library or an action is no news when it is added', async () => {
    for (const file of ['imports.py', 'no-action.py', 'no-schema.py']) await box.ok('model', 'add', 'early', file);
    await box.ok('model', 'remove', 'early');
  });

  test('a control character in a name', async () => {
    const { status, stderr } = await box.fastscore(['model', 'add', 'a\tb', 'echo.py']);
    expect(status).toBe(2);
    expect(stderr).toContain('it has a control character');
  });

  test('blanks and slashes in a name are fine, and stay in the catalog', async () => {
    await box.ok('model', 'add', 'my models/a b', 'echo.py');
    expect(await box.ok('model', 'list')).toContain('my models/a b');
    await box.ok('model', 'remove', 'my models/a b');
    expect((await readdir(box.directory)).includes('my models')).toBe(false);
  });

  test('zero jets process nothing until there are some', async () => {
    await box.ok('model', 'add', 'echo', 'echo.py');
    expect(await box.fastscore(['job', 'scale', '0'])).toMatchObject({
      status: 0,
      stderr: 'The next run has 0 jets\n',
    });
    await box.ok('job', 'run', 'echo', 'inline:1,2', 'rest:');
    expect(await box.ok('engine', 'inspect')).toBe('RUNNING\n');
    await box.ok('job', 'scale', '1');
    expect(await box.ok('model', 'output', '-c')).toBe('1\n2\n(EOF)\n');
    await box.ok('engine', 'reset');
  });

  test('rejected records are counted, and shown by job status', async () => {
    await box.write('mixed.jsonl', '1\n{"a":\n2\n');
    expect(await box.fastscore(['job', 'run', 'echo', 'file:mixed.jsonl', 'rest:', '--wait'])).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/1 .*rejected/) as string,
    });
    const status = JSON.parse(await box.ok('job', 'status', '--json')) as { slots: Record<string, unknown>[] };
    expect(status.slots[0]).toMatchObject({ records: 3, rejected_by_encoding: 1, rejects: [{ seqno: 2 }] });
    expect(await box.ok('job', 'status')).toMatch(/\n +0 .* 3 .* 1 +True/);
    await box.ok('engine', 'reset');
  });

  test('a restore while the job runs is refused, with what to do', async () => {
    await box.ok('model', 'add', 'sum', 'sum.py');
    await box.ok('job', 'run', 'sum', 'inline:1,2', 'discard:', '--wait');
    await box.ok('engine', 'reset');
    await box.ok('job', 'run', 'sum', 'rest:', 'discard:');
    expect(await box.fastscore(['snapshot', 'restore', 'sum'])).toMatchObject({
      status: 6,
      stderr: expect.stringMatching(/must be INIT, it is RUNNING\nTry: fastscore engine reset\n$/) as string,
    });
    await box.ok('engine', 'reset');
  });

  test('a snapshot that was cut short or changed is refused as a whole', async () => {
    await box.ok('snapshot', 'export', 'sum', 'latest', 'good.snapshot');
    const good = await readFile(join(box.directory, 'good.snapshot'), 'utf8');
    await writeFile(join(box.directory, 'short.snapshot'), good.slice(0, -40));
    await writeFile(join(box.directory, 'changed.snapshot'), good.replace('3', '4'));
    for (const file of ['short.snapshot', 'changed.snapshot']) {
      const { status, stderr } = await box.fastscore(['run', 'sum.py', 'inline:1', '-', '--from-snapshot', file]);
      expect({ file, status }).toEqual({ file, status: 1 });
      expect(stderr).toMatch(/^Error: .*snapshot/i);
    }
  });

  test('a snapshot of another model is taken, with a warning', async () => {
    await box.write('other.py', MODELS['sum.py']);
    const finished = await box.fastscore(['run', 'other.py', 'inline:1', '-', '--from-snapshot', 'good.snapshot']);
    expect(finished).toMatchObject({
      status: 0,
      stdout: '4\n',
      stderr: expect.stringMatching(/is of model 'sum', the loaded model is 'other'\n$/) as string,
    });
  });

  test('an interpreter that is missing is named, with the command that installs it', async () => {
    const env = { FASTSCORE_R: '/nowhere/Rscript' };
    expect(await box.fastscore(['run', 'sum.R', 'inline:1'], { env })).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Error: Unable to load sum.R\n  Caused by: Error: R >= 4.0 is needed and was not found (looked for /nowhere/Rscript)\n' +
        'Try: apt-get install --no-install-recommends r-base-core, or set FASTSCORE_R to its path\n',
    });
  });

  test.each(['--version', 'model list'])('output that cannot be written is a failure: fastscore %s', async (line) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(packageRoot, 'bin', 'fastscore'), ...line.split(' ')],
      {
        env: { ...process.env, FASTSCORE_HOME: box.home },
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      },
    );
    closeSync(full);
    const reason = 'no space left on device (ENOSPC)';
    expect({ status, stderr }).toEqual({ status: 1, stderr: `Error: The output cannot be written: ${reason}\n` });
  });

  test('an engine that does not answer is an error of its own kind', async () => {
    const { status, stderr } = await box.fastscore(['model', 'list', '--url', 'http://127.0.0.1:9']);
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringMatching(/^Error: /) as string });
  });
});
