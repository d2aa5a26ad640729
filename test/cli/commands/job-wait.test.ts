import { beforeEach, describe, expect, it } from 'vitest';
import type { SlotStatus } from '../../../src/engine/types.ts';
import { useServer } from './server.ts';

const server = useServer();

const slot = (number: number, rejectedByEncoding: number, rejectedBySchema: number): SlotStatus => ({
  slot: number,
  records: 5,
  bytes: 10,
  rejectedByEncoding,
  rejectedBySchema,
  rejects: [],
  eof: true,
});
const FAILURE = { code: 'MODEL_FAILED', message: 'The model failed in action: bad', traceback: 'T\n', input: null };

describe('job wait', () => {
  it('ends with 0 when the run has finished, before it and after it', async () => {
    server.engine.become('running');
    const waiting = server.run('job wait -v');
    setTimeout(() => server.engine.become('finished'), 50);
    const done = { status: 0, stdout: 'Engine state is RUNNING\nEngine state is FINISHED\n', stderr: '' };
    expect(await waiting).toEqual(done);
    expect(await server.run('job wait -v')).toEqual(done);
    expect(await server.json('job wait')).toMatchObject({ state: 'finished' });
  });

  it('ends with 8 when the model fails', async () => {
    server.engine.become('running');
    const waiting = server.run('job wait');
    setTimeout(() => {
      server.engine.override = { failure: FAILURE };
      server.engine.become('error');
    }, 50);
    const failed = { status: 8, stdout: '', stderr: 'Error: The model failed in action: bad\nT\n' };
    expect(await waiting).toEqual(failed);
    expect(await server.run('job wait')).toEqual(failed);
  });

  it('ends with 7 when it takes too long', async () => {
    server.engine.become('running');
    expect(await server.run('job wait --timeout 0.1')).toEqual({
      status: 7,
      stdout: '',
      stderr: 'Error: The engine is still RUNNING after 0.1 s\nTry: fastscore job status\n',
    });
  });

  it('ends with 6 when nothing runs, and when the run is stopped', async () => {
    expect(await server.run('job wait')).toMatchObject({ status: 6, stdout: '' });
    server.engine.become('running');
    const waiting = server.run('job wait');
    setTimeout(() => void server.run('job stop'), 50);
    expect(await waiting).toEqual({
      status: 6,
      stdout: '',
      stderr: 'Error: The run was stopped before its end: the engine was reset\nTry: fastscore job status\n',
    });
  });

  it('ends with 130 when it is interrupted', async () => {
    server.engine.become('running');
    const { FastScoreError } = await import('../../../src/core/errors.ts');
    const stop = new AbortController();
    const waiting = server.run('job wait', { signal: stop.signal });
    setTimeout(() => stop.abort(new FastScoreError('INTERRUPTED', 'Interrupted')), 50);
    expect((await waiting).status).toBe(130);
  });
});

describe('rejected records', () => {
  const summary = '3 records of slot 0 were rejected\n1 output of slot 1 was rejected\n';
  beforeEach(async () => {
    await server.stdout('model add gain --type python', { stdin: 'x' });
    server.engine.attach = async (number) => {
      if (number === 1) server.engine.become('finished');
    };
    server.engine.override = { slots: [slot(0, 2, 1), slot(1, 1, 0)] };
  });

  it('are summed up at the end of a wait', async () => {
    const said = { status: 0, stdout: '', stderr: `Warning: beware\n${summary}` };
    expect(await server.run('job run gain inline:1 --wait')).toEqual(said);
    expect(await server.run('job wait')).toEqual({ ...said, stderr: summary });
  });

  it('are a failure with --fail-on-reject', async () => {
    const error =
      'Error: The run is no success: 3 records of slot 0 were, 1 output of slot 1 was rejected\nTry: fastscore job status\n';
    expect(await server.run('job run gain inline:1 --wait --fail-on-reject')).toMatchObject({ status: 8 });
    expect(await server.run('job wait --fail-on-reject -q')).toEqual({ status: 8, stdout: '', stderr: error });
    server.engine.override = { slots: [slot(0, 0, 0), slot(1, 0, 0)] };
    server.engine.become('init');
    expect(await server.run('job run gain inline:1 --wait --fail-on-reject -q')).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('are known at the end only', async () => {
    expect(await server.run('job run gain inline:1 --fail-on-reject')).toMatchObject({ status: 2 });
  });
});

describe('an engine that is not free', () => {
  beforeEach(async () => {
    await server.stdout('model add gain --type python', { stdin: 'x' });
    server.engine.become('running');
  });

  it.each(['run gain rest:', 'job run gain rest:'])('is left alone by %s', async (line) => {
    expect(await server.run(line)).toMatchObject({
      status: 6,
      stdout: '',
      stderr: expect.stringMatching(
        /Error: Cannot run 'gain', the engine is not free: .* is RUNNING\nTry: --queue waits for it, --replace stops it\n$/,
      ),
    });
    expect(server.engine.model).toBeNull();
    expect(server.engine.streams.size).toBe(0);
  });

  it('is emptied with --replace', async () => {
    expect(await server.run('job run gain rest: --replace -q')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(server.engine.model?.name).toBe('gain');
  });

  it('is waited for with --queue, for no longer than --timeout', async () => {
    expect(await server.run('job run gain rest: --queue --timeout 0.1')).toMatchObject({
      status: 7,
      stderr: expect.stringMatching(/Error: The engine is still not free \(.*\) after 0\.1 s/),
    });
    expect(server.engine.model).toBeNull();
    const running = server.run('job run gain rest: --queue -q');
    setTimeout(() => server.engine.become('finished'), 50);
    expect(await running).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(server.engine.model?.name).toBe('gain');
  });

  it('is taken over as in 1.10 with FASTSCORE_COMPAT', async () => {
    expect(await server.run('run gain rest: rest: -q', { env: { FASTSCORE_COMPAT: '1' } })).toMatchObject({
      status: 0,
    });
    expect(server.engine.model?.name).toBe('gain');
    expect(server.engine.state).toBe('running');
  });

  it('cannot be waited for and taken away', async () => {
    expect(await server.run('job run gain rest: --queue --replace')).toMatchObject({ status: 2 });
  });

  it('means nothing to a model file', async () => {
    const { stderr, status } = await server.run('run gain.py rest: --file --queue');
    expect({ stderr, status }).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Error: --queue is for stored/),
    });
  });
});
