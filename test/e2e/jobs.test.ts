import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

const FILES = {
  'echo.py': 'def action(x):\n    yield x\n',
  'feed.sh': 'until [ -e "$1" ]; do sleep 0.05; done\nseq 1 3\n',
  'bad.py': "def action(x):\n    raise ValueError('no')\n",
  ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.py`, `def action(x):\n    yield '${name} %s' % x\n`])),
};

let box: Sandbox;
beforeEach(async () => {
  box = await openSandbox(FILES);
});
afterEach(() => box.close());

const add = async (...names: readonly string[]): Promise<void> => {
  for (const name of names) await box.ok('model', 'add', name, `${name}.py`);
};
/** An input that gives nothing before a file `go` is written. */
const gated = (): string => `exec:sh ${box.directory}/feed.sh ${box.directory}/go`;
const runs = (): Promise<true> =>
  waitFor('the job runs', async () => (await box.fastscore(['engine', 'inspect'])).stdout === 'RUNNING\n');
const outputs = (name: string): string => `"${name} 1"\n"${name} 2"\n(EOF)\n`;

describeWithPython('jobs that want one engine', () => {
  test('one that runs is left alone, and comes to its own end', async () => {
    await add('echo', 'a');
    const running = box.fastscore(['job', 'run', 'echo', gated(), 'out.jsonl', '--wait']);
    await runs();
    const refused = await box.fastscore(['job', 'run', 'a', 'inline:1,2', 'rest:', '--wait']);
    expect(refused).toMatchObject({ status: 6, stdout: '' });
    expect(refused.stderr).toBe(
      "Error: Cannot run 'a', the engine is not free: 'echo' is RUNNING\nTry: --queue waits for it, --replace stops it\n",
    );
    await box.write('go', '');
    expect(await running).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await readFile(join(box.directory, 'out.jsonl'), 'utf8')).toBe('1\n2\n3\n');
  });

  test('--replace ends it, and its client is told', async () => {
    await add('echo', 'a');
    const running = box.fastscore(['job', 'run', 'echo', gated(), 'out.jsonl', '--wait']);
    await runs();
    await box.ok('job', 'run', 'a', 'inline:1,2', 'rest:', '--wait', '--replace');
    expect(await box.ok('model', 'output', '-c')).toBe(outputs('a'));
    expect(await running).toEqual({
      status: 6,
      stdout: '',
      stderr: 'Error: The run was stopped before its end: another job has taken its place\nTry: fastscore job status\n',
    });
  });

  test('of three that start a cold engine, one runs, and the others are told', async () => {
    const ended = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        await add(name);
        return { name, ...(await box.fastscore(['job', 'run', name, 'inline:1,2', 'rest:', '--wait'])) };
      }),
    );
    const [winner, ...more] = ended.filter(({ status }) => status === 0);
    expect(more).toEqual([]);
    expect(await box.ok('model', 'output', '-c')).toBe(outputs(winner!.name));
    for (const { status, stderr } of ended.filter((run) => run !== winner)) {
      expect({ status, stderr }).toMatchObject({ status: 6, stderr: expect.stringMatching(/^Error: Cannot run '.'/) });
    }
  });

  test('three that queue get their own outputs, each', async () => {
    await add('a', 'b', 'c');
    await Promise.all(
      ['a', 'b', 'c'].map(async (name) => {
        const run = ['job', 'run', name, 'inline:1,2', 'rest:', '--wait', '--queue', '-q'];
        expect(await box.fastscore(run)).toMatchObject({ status: 0, stderr: '' });
        expect(await box.ok('model', 'output', '-c')).toBe(outputs(name));
      }),
    );
  });

  test('one whose client is killed in the line is passed over', async () => {
    await add('echo', 'a', 'b');
    await box.ok('job', 'run', 'echo', 'rest:', 'discard:');
    const killed = box.fastscore(['job', 'run', 'a', 'inline:1', 'discard:', '--queue'], {
      onStart: (child) => {
        child.stderr?.once('data', () => child.kill('SIGKILL'));
      },
    });
    expect((await killed).status).toBeNull();
    const next = box.fastscore(['job', 'run', 'b', 'inline:1,2', 'rest:', '--queue', '--wait', '-q']);
    await box.ok('job', 'stop');
    expect(await next).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await box.ok('model', 'output', '-c')).toBe(outputs('b'));
  });
});

describeWithPython('job wait', () => {
  test('ends with the run, whichever way it ends', async () => {
    await add('a', 'bad');
    await box.ok('job', 'run', 'a', 'inline:1,2', 'discard:');
    await box.ok('job', 'wait');
    await box.ok('engine', 'reset');
    await box.ok('job', 'run', 'bad', 'rest:', 'discard:');
    const waiting = box.fastscore(['job', 'wait']);
    expect((await box.fastscore(['model', 'input'], { input: '1\n' })).status).toBe(0);
    const { status, stderr } = await waiting;
    expect(status).toBe(8);
    expect(stderr).toMatch(/^Error: The model failed in action: ValueError: no\nTraceback/);
    expect((await box.fastscore(['job', 'wait'])).status).toBe(8);
  });

  test('--fail-on-reject tells a run without a good record from a success', async () => {
    await box.write('typed.py', '# fastscore.schema.0: int\n# fastscore.schema.1: int\ndef action(x):\n    yield x\n');
    await add('typed');
    const file = ['run', 'typed.py', '-', '--schema', 'int:"int"'];
    const records = { input: '"one"\n"two"\n' };
    expect(await box.fastscore(file, records)).toMatchObject({ status: 0, stdout: '' });
    expect((await box.fastscore([...file, '--fail-on-reject'], records)).status).toBe(8);
    expect((await box.fastscore([...file, '--fail-on-reject'], { input: '1\n' })).status).toBe(0);
    const stored = ['job', 'run', 'typed', 'inline:"one",2', 'discard:', '--wait', '--schema', 'int:"int"'];
    const told = '1 record of slot 0 was rejected\n';
    expect(await box.fastscore(stored)).toEqual({ status: 0, stdout: '', stderr: told });
    await box.ok('engine', 'reset');
    expect(await box.fastscore([...stored, '--fail-on-reject'])).toEqual({
      status: 8,
      stdout: '',
      stderr: `${told}Error: The run is no success: ${told.trim()}\nTry: fastscore job status\n`,
    });
  });
});
