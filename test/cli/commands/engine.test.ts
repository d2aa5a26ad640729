import { describe, expect, it } from 'vitest';
import type { EngineStatus } from '../../../src/engine/types.ts';
import { release } from '../../../src/util/release.ts';
import { numberEntry } from '../../server/fake-engine.ts';
import { useServer } from './server.ts';

const server = useServer();

describe('the state of the engine', () => {
  it('is one word, so that scripts can compare it', async () => {
    expect(await server.stdout('engine inspect')).toBe('INIT\n');
    server.engine.become('running');
    expect(await server.stdout('engine inspect')).toBe('RUNNING\n');
    expect(await server.json('engine inspect')).toEqual({ state: 'RUNNING' });
    expect(await server.stdout('engine inspect --color=always')).toBe('\u001b[92mRUNNING\u001b[39m\n');
  });

  it.each(['init', 'running', 'paused', 'pigging', 'finishing', 'finished', 'error'] as const)(
    'is explained with -v: %s',
    async (state) => {
      server.engine.state = state;
      const { stdout } = await server.run('engine inspect -v');
      expect(stdout).toMatch(new RegExp(`^The current engine state is ${state.toUpperCase()}\\.\n\n[A-Z].+\\.\n`));
    },
  );

  it('changes with pause, unpause and reset', async () => {
    server.engine.become('running');
    expect(await server.stdout('engine pause -v')).toBe("Engine 'engine-1' paused\n");
    expect(await server.stdout('engine unpause -v')).toBe("Engine 'engine-1' unpaused\n");
    expect(await server.stdout('engine reset -v')).toBe("Engine 'engine-1' reset\n");
    expect(await server.stdout('job stop -v')).toBe('Engine stopped\n');
    expect(await server.json('engine reset')).toEqual({ engine: 'engine-1', result: 'reset' });
    expect(server.engine.state).toBe('init');
  });

  it('that forbids something ends the command with status 6', async () => {
    expect(await server.run('engine unpause')).toEqual({
      status: 6,
      stdout: '',
      stderr: 'Error: Unable to unpause the engine\n  Caused by: Error: The engine is not paused\n',
    });
  });
});

describe('job status', () => {
  const slot = { slot: 0, records: 3, bytes: 6, rejectedBySchema: 0, rejectedByEncoding: 7, eof: true };
  const rejects = Array.from({ length: 7 }, (_, index) => ({
    by: 'encoding' as const,
    slot: 0,
    seqno: index,
    text: `{bad\u001b[31m ${index}`,
    reason: 'not JSON',
  }));

  it('shows an idle engine', async () => {
    expect(await server.stdout('job status')).toBe(
      'State:     INIT\nModel:     -\nJets:      0 of 0: nothing runs before `fastscore job scale 1`\n',
    );
  });

  it('shows slots, jets, rejected records and the reason of a failure', async () => {
    await server.stdout('stream add in', { stdin: '{"Transport":"REST"}' });
    await server.stdout('stream attach in 0');
    server.engine.jets = 1;
    server.engine.override = {
      state: 'error',
      slots: [{ ...slot, rejects }],
      failure: {
        code: 'MODEL_FAILED',
        message: 'The model failed in action: ZeroDivisionError',
        traceback: 'Traceback\n',
        input: { slot: 0, seqno: 2, data: ['0'], batchLength: 1, encoding: 'json' },
      },
      lastSnapshot: { id: 'abcd1234', error: null, trigger: 'eof' },
    } satisfies Partial<EngineStatus>;
    expect(await server.stdout('job status')).toBe(
      [
        'State:     ERROR',
        'Model:     -',
        'Jets:      1 of 1',
        'Snapshot:  abcd1234',
        '',
        '  Slot  Stream      Records    Bytes    Rejected  EOF',
        '------  --------  ---------  -------  ----------  -----',
        '     0  in                3        6           7  False',
        '',
        '  Jet #    Pid  State      Records    Restarts',
        '-------  -----  -------  ---------  ----------',
        '      0   1000  idle             0           0',
        '',
        'Rejected records (the last 5 of 7):',
        ...[2, 3, 4, 5, 6].map((n) => `  slot 0, record ${n}, by encoding: {bad\\u001b[31m ${n} (not JSON)`),
        '',
        'Error: The model failed in action: ZeroDivisionError',
        'Traceback',
        'The input that caused the error (slot 0, by sequence number):',
        '  2: 0',
        '',
      ].join('\n'),
    );
    expect(await server.json('job status')).toMatchObject({ state: 'error', failure: { code: 'MODEL_FAILED' } });
  });

  it('shows which streams have lost their connection, and why', async () => {
    const stream = {
      slot: 0,
      name: 'in',
      descriptor: { Transport: 'REST' },
      eof: false,
      trouble: 'connect ECONNREFUSED',
    };
    server.engine.override = { streams: [stream, { ...stream, slot: 1, name: 'out', trouble: null }] };
    const shown = await server.stdout('job status');
    expect(shown).toMatch(/\n\nReconnecting:\n {2}slot 0, in: connect ECONNREFUSED\n$/);
    expect(await server.json('job status')).toMatchObject({
      slots: [{ stream: { trouble: 'connect ECONNREFUSED' } }, { stream: { name: 'out' } }],
    });
  });

  it('tells with -v how often keys changed hands and what snapshots cost', async () => {
    const facts = async (): Promise<string[]> => (await server.stdout('job status -v')).trimEnd().split('\n').slice(3);
    expect(await facts()).toEqual([
      'Handovers: 0 keys asked back, 0 ms waited, 0 updates done again',
      'Snapshots: 0 taken, 0 failed',
    ]);
    const { snapshots } = server.engine.status();
    server.engine.override = {
      loans: { recalls: 3, waitedMs: 12.4, conflicts: 2 },
      snapshots: { ...snapshots, taken: 2, failed: 1, lastPauseMs: 0.456, lastWriteMs: 78 },
    };
    expect(await facts()).toEqual([
      'Handovers: 3 keys asked back, 12 ms waited, 2 updates done again',
      'Snapshots: 2 taken, 1 failed; the last: records waited 0.46 ms, written in 78 ms',
    ]);
  });
});

describe('state', () => {
  it('is listed, read, set and deleted', async () => {
    expect(await server.stdout('state list')).toBe(
      'Kind    Name    Item    Type    Jet    Value\n------  ------  ------  ------  -----  -------\n',
    );
    expect(await server.stdout('state set total 12 -v')).toBe("Value of cell 'total' set\n");
    expect(await server.stdout('state set n -5')).toBe('');
    expect(await server.stdout('state set counter x 3 -v')).toBe("Value of item 'x' of pool 'counter' set\n");
    expect(await server.stdout('state set big -', { stdin: '12345678901234567890\n' })).toBe('');
    expect(await server.stdout('state get total')).toBe('12\n');
    expect(await server.stdout('state get big --json')).toContain('"value": 12345678901234567890\n');
    expect(await server.stdout('state list')).toBe(
      [
        'Kind    Name     Item    Type    Jet    Value',
        '------  -------  ------  ------  -----  --------------------',
        'cell    total            number  -      12',
        'cell    n                number  -      -5',
        'pool    counter  x       number  -      3',
        'cell    big              number  -      12345678901234567890',
        '',
      ].join('\n'),
    );
    expect(await server.json('state list counter --kind pool')).toMatchObject([
      { pool: 'counter', item: 'x', value: 3, lent_to: null, lent_since: null, shared: false, waiting: [] },
    ]);
    expect(await server.stdout('state delete counter x -v')).toBe("Item 'x' of pool 'counter' deleted\n");
    expect(await server.run('state get counter x')).toMatchObject({ status: 5, stdout: '' });
    expect(await server.run('state delete nosuch')).toMatchObject({ status: 5, stdout: '' });
  });

  it('shows who holds a key, and with -v who waits for it', async () => {
    const key = { kind: 'item', pool: 'p', item: 'a\nb' } as const;
    server.engine.values.set('x', { ...numberEntry(key, '7'), lentTo: 2, waiting: [1, 3] });
    server.engine.values.set('y', { ...numberEntry({ kind: 'cell', name: 'c' }, '8'), shared: true });
    expect(await server.stdout('state list')).toBe(
      [
        'Kind    Name    Item    Type    Jet     Value',
        '------  ------  ------  ------  ------  -------',
        'pool    p       a\\nb    number  2       7',
        'cell    c               number  shared  8',
        '',
      ].join('\n'),
    );
    server.engine.values.delete('y');
    expect(await server.stdout('state list -v')).toBe(
      [
        'Kind    Name    Item    Type      Bytes    Version  Updated                   Jet    Since    Waiting    Value',
        '------  ------  ------  ------  -------  ---------  ------------------------  -----  -------  ---------  -------',
        'pool    p       a\\nb    number        1          1  1970-01-01T00:00:00.000Z  2      -        1 3        7',
        '',
      ].join('\n'),
    );
  });

  it('takes JSON and says how to write text', async () => {
    expect(await server.run('state set total abc')).toEqual({
      status: 2,
      stdout: '',
      stderr: `Error: The value is not JSON: abc\nHint: Text needs quotes of its own: '"abc"'\n`,
    });
    expect(await server.run('state list --kind x')).toMatchObject({
      status: 2,
      stderr: "Error: --kind takes cell or pool, not 'x'\n",
    });
  });
});

describe('fleet', () => {
  it('lists instances, and with -v both ends and releases', async () => {
    const table = [
      'Name            API           Health',
      '--------------  ------------  --------',
      'engine-1        engine        ok',
      'model-manage-1  model-manage  ok',
      '',
    ].join('\n');
    expect(await server.stdout('fleet')).toBe(table);
    expect(await server.stdout('fleet -wait')).toBe(table);
    const lines = (await server.stdout('fleet -v --wait')).split('\n');
    expect(lines[0]).toBe('Waiting...done');
    expect(lines[1]).toMatch(/^Name +API +Health +Release +Built On$/);
    expect(lines[3]).toContain(`CLI             UI            ok        ${release}`);
    expect(await server.json('fleet')).toMatchObject([{ name: 'engine-1', health: 'ok' }, { api: 'model-manage' }]);
    expect(await server.json('fleet -v')).toMatchObject([{ api: 'UI' }, { api: 'connect' }, {}, {}]);
  });
});
