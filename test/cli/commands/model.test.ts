import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { useServer } from './server.ts';

const server = useServer();
const R_SOURCE = 'action <- function(x) emit(x)\n';

describe('stored models', () => {
  it('are added silently, and confirmed with -v', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'gain.py3'), 'def action(x):\n  yield 3 * x\n');
    expect(await server.stdout('model add gain gain.py3', { cwd })).toBe('');
    expect(await server.stdout('model add gain gain.py3 -v', { cwd })).toBe('Model updated\n');
    expect(await server.stdout('model add echo -v', { stdin: R_SOURCE })).toBe('Model created\n');
    expect(await server.stdout('model add old - -type:python', { stdin: 'x' })).toBe('');
    expect(await server.stdout('model list')).toBe(
      'Name    Type\n------  -------\necho    R\ngain    python3\nold     python\n',
    );
    expect(await server.json('model list')).toEqual([
      { name: 'echo', mtype: 'R' },
      { name: 'gain', mtype: 'python3' },
      { name: 'old', mtype: 'python' },
    ]);
  });

  it('with a syntax error are added with a warning, without exit status', async () => {
    const finished = await server.run('model add bad --type python -v', { stdin: 'syntax error' });
    expect(finished).toEqual({
      status: 0,
      stdout: 'Model created\n',
      stderr: 'Warning: Line 1: invalid syntax\nsecond line\n',
    });
    expect(await server.stdout('model show bad')).toBe('syntax error');
    const edited = await server.run('model show bad -e -v', { env: { EDITOR: 'sed -i s/$/s/' } });
    expect(edited).toMatchObject({ status: 0, stdout: 'Model updated\n' });
    expect(edited.stderr).toContain('Warning: Line 1: invalid syntax');
    expect((await server.run('model add bad --type python -q', { stdin: 'syntax error' })).stderr).toBe('');
  });

  it('are shown as they are stored, with nothing added', async () => {
    await server.stdout('model add echo', { stdin: R_SOURCE });
    expect(await server.stdout('model show echo')).toBe(R_SOURCE);
    expect(await server.json('model show echo')).toEqual({ name: 'echo', mtype: 'R', source: R_SOURCE });
  });

  it('are changed in an editor', async () => {
    await server.stdout('model add echo', { stdin: R_SOURCE });
    const env = { EDITOR: 'sed -i s/emit/emitTo/' };
    expect(await server.stdout('model show echo -e -v', { env })).toBe('Model updated\n');
    expect(await server.stdout('model show echo')).toContain('emitTo(x)');
    const unchanged = 'No changes (or changes discarded)\n';
    expect(await server.stdout('model show echo -e -v', { env: { EDITOR: 'true' } })).toBe(unchanged);
    expect(await server.stdout('model show echo -e -v', { env: { EDITOR: 'false' } })).toBe(unchanged);
  });

  it('have names with blanks and slashes', async () => {
    await server.stdout(['model', 'add', 'a b/c: d'], { stdin: R_SOURCE });
    expect(await server.stdout(['model', 'show', 'a b/c: d'])).toBe(R_SOURCE);
    expect(await server.stdout(['model', 'remove', 'a b/c: d', '-v'])).toBe("Model 'a b/c: d' removed\n");
  });

  it('that are not there are told of with status 5', async () => {
    const failure = { status: 5, stdout: '', stderr: "Error: Model 'echo' not found\nTry: fastscore model list\n" };
    for (const words of ['show', 'remove', 'verify', 'load']) {
      expect(await server.run(`model ${words} echo`)).toEqual(failure);
    }
  });

  it('are refused with an unknown type, an unknown extension or no hint at a type', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'notes.txt'), 'hello\n');
    expect(await server.run('model add x notes.txt -type:cobol', { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(
        "Error: Unable to add model 'x'\n  Caused by: Error: Model type 'cobol' is unknown\n",
      ),
    });
    expect(await server.run('model add x notes.txt', { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Caused by: Error: notes.txt must have a proper extension (.pfa, .ppfa, .json,'),
    });
    expect(await server.run('model add x', { stdin: 'hello\n' })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Caused by: Error: Cannot guess model type'),
    });
    expect(await server.run('model add x nosuch.py', { cwd })).toMatchObject({
      status: 5,
      stderr: "Error: Unable to add model 'x'\n  Caused by: Error: nosuch.py not found\n",
    });
    expect(await server.json('model list')).toEqual([]);
  });
});

describe('verify', () => {
  it('says one sentence, and with -v what the model needs', async () => {
    await server.stdout('model add gain2 --type python', { stdin: 'a\nb\nc\n' });
    const brief = await server.run('model verify gain2');
    expect(brief).toEqual({ status: 0, stdout: 'The model contains no errors\n', stderr: 'Warning: beware\n' });
    const { stdout } = await server.run('model verify gain2 -v -q');
    expect(stdout).toBe(
      [
        'Name    Type      SLOC',
        '------  ------  ------',
        'gain2   python       3',
        '',
        '  Slot  Schema    Action    Recordsets          Slot  Schema    Recordsets',
        '------  --------  --------  ------------  --  ------  --------  ------------',
        '     0  "int"     action    No                     1  -         No',
        '',
        "The model snapshots mode is 'eof'",
        'The model contains no errors',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await server.run('model verify gain2 --json -q')).stdout)).toEqual({
      slots: [
        { slot: 0, schema: 'int', recordsets: false, action: 'action' },
        { slot: 1, schema: null, recordsets: false, action: null },
      ],
      install_libs: [],
      warn_libs: [],
      attach_libs: [],
      snapshots: 'eof',
      name: 'gain2',
      mtype: 'python',
      sloc: 3,
      warnings: ['beware'],
    });
  });

  it('sends schemas along', async () => {
    await server.stdout('model add gain2 --type python', { stdin: 'x' });
    await server.run(['model', 'verify', 'gain2', '-schema:amps:{"type":"int"}']);
    expect(server.engine.verified?.schemas).toEqual(new Map([['amps', { type: 'int' }]]));
    expect(await server.run('model verify gain2 --schema amps')).toMatchObject({ status: 2 });
    expect(await server.run('model verify gain2 --schema amps:{')).toMatchObject({
      status: 2,
      stderr: "Error: The schema 'amps' given with --schema is not JSON\n",
    });
  });

  it('ends with status 8 when the model is refused', async () => {
    await server.run('model add bad --type python', { stdin: 'syntax error' });
    expect(await server.run('model verify bad')).toMatchObject({
      status: 8,
      stderr: 'Error: Line 1: invalid syntax\nsecond line\n',
    });
  });
});

describe('the loaded model', () => {
  it('is inspected, scaled and unloaded', async () => {
    expect(await server.stdout('model inspect')).toBe('Model not loaded\n');
    expect(await server.json('model inspect')).toBeNull();
    await server.stdout('model add gain --type python', { stdin: 'a\nb\n' });
    expect(await server.stdout('model load gain -v')).toBe('Model loaded\n');
    expect(await server.stdout('model inspect')).toMatch(/\n\nNo jets started\n$/);
    expect(await server.stdout('model scale 2 -v')).toBe('Model scale changed\n');
    expect(await server.stdout('model inspect')).toBe(
      [
        'Name    Type      SLOC  Snapshots',
        '------  ------  ------  -----------',
        'gain    python       2  eof',
        '',
        '  Slot  Schema    Action    Recordsets          Slot  Schema    Recordsets',
        '------  --------  --------  ------------  --  ------  --------  ------------',
        '     0  "int"     action    No                     1  -         No',
        '',
        '  Jet #    Pid    Sandbox',
        '-------  -----  ---------',
        '      1   1000          0',
        '      2   1001          1',
        '',
      ].join('\n'),
    );
    expect(await server.json('model inspect')).toMatchObject({ name: 'gain', jets: [{ pid: 1000 }, { pid: 1001 }] });
    expect(await server.stdout('model unload -v')).toBe('Model unloaded\n');
    expect(await server.stdout('model unload -v')).toBe('Model not loaded\n');
  });

  it('cannot be scaled beyond what the engine allows', async () => {
    expect(await server.run('job scale 10000')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'Error: Unable to scale model\n  Caused by: Error: From 0 to 1024, not 10000\n',
    });
  });
});

describe('records over REST', () => {
  it('go in up to the first empty line, and come out one at a time', async () => {
    await server.stdout('stream attach rest: 0');
    await server.stdout('stream attach rest: 1');
    expect(await server.stdout('model input', { stdin: '5\n7\n\n9\n' })).toBe('');
    expect(await server.stdout('model output')).toBe('5\n');
    expect(await server.stdout('model output -nowait')).toBe('7\n');
    expect(await server.stdout('model output --nowait')).toBe('');
    expect(await server.json('model output --nowait')).toEqual({ record: null, eof: false });
  });

  it('come out to the end with -c', async () => {
    await server.stdout('stream attach rest: 0');
    await server.stdout('stream attach rest: 1');
    await server.stdout('model input', { stdin: '21\n24\n' });
    server.engine.ended = true;
    expect(await server.stdout('model output -c')).toBe('21\n24\n(EOF)\n');
    expect(await server.stdout('model output -c --json')).toBe('{"record":null,"eof":true}\n');
    server.engine.become('error');
    expect((await server.run('model output -c')).stderr).toBe(
      'Warning: the run has failed, these may not be all outputs: see `fastscore job status`\n',
    );
  });

  it('need a REST stream', async () => {
    expect(await server.run('model output')).toMatchObject({
      status: 5,
      stderr: 'Error: Stream read error\n  Caused by: Error: Slot 1 has no REST stream\n',
    });
  });
});
