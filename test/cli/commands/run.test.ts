import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { useServer } from './server.ts';

const server = useServer();

beforeEach(async () => {
  await server.stdout('model add gain --type python', { stdin: 'x' });
});

const STEPS =
  'Model and streams verified successfully\nModel loaded\nStream attached to slot 0\nStream attached to slot 1\n';

describe.each(['run', 'job run'])('%s with a stored model', (words) => {
  it('checks, loads and attaches', async () => {
    expect(await server.run(`${words} gain rest: rest: -q`)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(server.engine.model?.name).toBe('gain');
    expect([...server.engine.streams.keys()]).toEqual([0, 1]);
    expect(await server.run(`${words} gain rest: -q -v`)).toEqual({ status: 0, stdout: STEPS, stderr: '' });
  });

  it('prints one JSON document with --json', async () => {
    const { stdout } = await server.run(`${words} gain rest: rest: --json -v`);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'gain', mtype: 'python', snapshots: 'eof' });
  });

  it('loads nothing when the model is not there or a stream is not', async () => {
    expect(await server.run(`${words} nosuch rest:`)).toMatchObject({
      status: 5,
      stderr: "Error: Model 'nosuch' not found\nTry: fastscore model list\n",
    });
    expect(await server.run(`${words} gain rest: nosuch`)).toMatchObject({
      status: 5,
      stderr: "Error: Stream 'nosuch' not found\nTry: fastscore stream list\n",
    });
    expect(server.engine.model).toBeNull();
  });
});

describe('a stream that is not stored', () => {
  it('is a file, when there is one, with a descriptor or with data', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'rest.json'), '{"Transport":"REST"}');
    writeFileSync(join(cwd, 'in.jsonl'), '1\n2\n');
    await server.stdout('run gain ./rest.json discard: -q', { cwd });
    expect(server.engine.streams.get(0)).toMatchObject({ name: 'rest.json', descriptor: { Transport: 'REST' } });
    await server.stdout('run gain in.jsonl discard: -q', { cwd });
    const descriptor = { Transport: { Type: 'file', Path: join(cwd, 'in.jsonl') }, Encoding: 'json' };
    expect(server.engine.streams.get(0)).toMatchObject({ name: 'in.jsonl', descriptor });
  });

  it('is a new file, for an output that looks like one', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'in.jsonl'), '1\n2\n');
    for (const [word, name] of [
      ['out.jsonl', 'out.jsonl'],
      ['./out', 'out'],
      [join(cwd, 'full'), 'full'],
    ] as const) {
      await server.stdout(`job run gain in.jsonl ${word} -q`, { cwd });
      expect(server.engine.streams.get(1)).toMatchObject({ descriptor: { Transport: { Path: join(cwd, name) } } });
    }
  });

  it('never overwrites what is read', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'in.jsonl'), '1\n2\n');
    const { status, stderr } = await server.run('job run gain in.jsonl ./in.jsonl', { cwd });
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/would overwrite .*in\.jsonl/),
    });
    expect(server.engine.model).toBeNull();
  });

  it('comes after a stored one of the same name, unless it is a path', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'in'), '1\n2\n');
    await server.stdout('stream add in', { stdin: '{"Transport":"REST"}' });
    await server.stdout('job run gain in discard: -q', { cwd });
    expect(server.engine.streams.get(0)).toMatchObject({ descriptor: { Transport: 'REST' } });
    await server.stdout('job run gain ./in discard: -q', { cwd });
    expect(server.engine.streams.get(0)).toMatchObject({ descriptor: { Transport: { Path: join(cwd, 'in') } } });
    expect(await server.run('job run gain ./nowhere discard: -q', { cwd })).toMatchObject({
      status: 5,
      stderr: 'Error: ./nowhere not found\n',
    });
  });

  it('is told with what was probably meant', async () => {
    const missing = (name: string, hint: string) => ({
      status: 5,
      stderr: `Error: Stream '${name}' not found\nTry: ${hint}\n`,
    });
    expect(await server.run('run gain rest rest:')).toMatchObject(missing('rest', 'rest:'));
    expect(await server.run('stream attach out.jsonl 1')).toMatchObject(missing('out.jsonl', 'file:out.jsonl'));
    expect(await server.run('run gain in.jsonl rest:')).toMatchObject(missing('in.jsonl', 'fastscore stream list'));
  });
});

describe('--wait', () => {
  it('tells the states and ends with the run', async () => {
    server.engine.attach = async (slot) => {
      if (slot === 1) server.engine.become('running');
      if (slot === 1) setTimeout(() => server.engine.become('finished'), 20);
    };
    const { status, stdout } = await server.run('run gain inline:4 discard: -v -wait');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `${STEPS}Engine state is RUNNING\nEngine state is FINISHED\n`,
    });
  });

  it('ends with status 8 when the model fails', async () => {
    server.engine.attach = async () => server.engine.become('error');
    server.engine.override = {
      failure: { code: 'MODEL_FAILED', message: 'The model failed in action: bad', traceback: 'T\n', input: null },
    };
    expect(await server.run('run gain inline:4 --wait -q')).toEqual({
      status: 8,
      stdout: '',
      stderr: 'Error: The model failed in action: bad\nT\n',
    });
  });

  it('ends with status 7 when it takes too long', async () => {
    server.engine.attach = async () => server.engine.become('running');
    expect(await server.run('run gain rest: --wait --timeout 0.05 -q')).toEqual({
      status: 7,
      stdout: '',
      stderr: 'Error: The engine is still RUNNING after 0.05 s\nTry: fastscore job status\n',
    });
  });

  it('does not wait for an engine that lacks a stream', async () => {
    expect(await server.run('run gain rest: --wait -q')).toMatchObject({ status: 6, stdout: '' });
  });

  it('fails when the snapshot at the end could not be written', async () => {
    server.engine.attach = async () => server.engine.become('finished');
    server.engine.override = { lastSnapshot: { id: null, error: 'no space left', trigger: 'eof' } };
    expect(await server.run('run gain inline:4 --wait -q')).toMatchObject({
      status: 1,
      stderr: 'Error: no space left\n',
    });
  });

  it('ends with status 130 when it is interrupted', async () => {
    server.engine.attach = async () => server.engine.become('running');
    const { FastScoreError } = await import('../../../src/core/errors.ts');
    const stop = new AbortController();
    const running = server.run('run gain rest: --wait -q', { signal: stop.signal });
    setTimeout(() => stop.abort(new FastScoreError('INTERRUPTED', 'Interrupted')), 50);
    expect(await running).toEqual({ status: 130, stdout: '', stderr: 'Error: Interrupted\n' });
  });
});

it('says that a file is neither there nor a stored model', async () => {
  expect(await server.run('run nosuch.py inline:1')).toEqual({
    status: 5,
    stdout: '',
    stderr: "Error: There is neither a file nor a stored model 'nosuch.py'\nTry: fastscore model list\n",
  });
});
