import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobInfo, JobTurn } from '../../src/api/shapes.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

let started: Started;
beforeEach(async () => {
  started = await startServer('socket');
});
afterEach(() => started.close());

const REST = { Transport: 'REST' };
const claim = (model: string, turn: JobTurn = 'now'): Promise<JobInfo> => started.client.engine.jobs.claim(model, turn);
const stateOf = async ({ id }: JobInfo): Promise<string> => (await started.client.engine.jobs.get(id)).state;

async function attach(job: JobInfo, slot: number): Promise<void> {
  await started.client.engine.attachStream(slot, 'in', REST, job.id);
}

/** Lets a job run to its end. */
function finish(): void {
  started.engine.become('running');
  started.engine.become('finished');
}

/** Somebody reads an output to its end. */
async function readToTheEnd(slot: number): Promise<void> {
  started.engine.ended = true;
  expect(await started.client.engine.output(slot)).toBe('eof');
}

async function becomes(job: JobInfo, state: string): Promise<void> {
  let now = job;
  while (now.state !== state) {
    const before: string = now.state;
    now = await started.client.engine.jobs.get(job.id, { while: before, waitMs: 5000 });
    if (now.state === before) throw new Error(`The job is still ${before}, not ${state}`);
  }
}

describe('a job that wants the engine', () => {
  test('gets it when it is free, and follows it from then on', async () => {
    const job = await claim('gain');
    expect(job).toMatchObject({ model: 'gain', state: 'starting', ahead: null, waits_for: null, result: null });
    for (const state of ['running', 'paused', 'running', 'finishing', 'finished'] as const) {
      started.engine.become(state);
      expect(await stateOf(job)).toBe(state);
    }
    expect((await started.client.engine.jobs.get(job.id)).result?.state).toBe('finished');
    expect((await started.client.engine.jobs.active())?.id).toBe(job.id);
  });

  test('is refused when somebody else has it, and nothing is touched', async () => {
    const job = await claim('gain');
    await expect(claim('other')).rejects.toMatchObject({
      code: 'WRONG_STATE',
      message: expect.stringContaining("'gain'"),
    });
    started.engine.become('running');
    await expect(claim('other')).rejects.toMatchObject({ hint: '--queue waits for it, --replace stops it' });
    finish();
    await expect(claim('other')).rejects.toMatchObject({ hint: 'fastscore engine reset, or --replace' });
    expect(await stateOf(job)).toBe('finished');
    await started.client.engine.reset();
    expect((await claim('other')).state).toBe('starting');
  });

  test('of many that ask at once, one gets it', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, (_, number) => claim(`m${number}`)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is refused also when nobody has asked for the engine that is running', async () => {
    started.engine.become('running');
    await expect(claim('other')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    const active = await started.client.engine.jobs.active();
    expect(active).toMatchObject({ state: 'running' });
  });

  test('gives it back when it has not started anything', async () => {
    const job = await claim('gain');
    await started.client.engine.jobs.release(job.id);
    expect(await stateOf(job)).toBe('stopped');
    expect((await claim('other')).state).toBe('starting');
  });

  test('goes on when it is given back too late', async () => {
    const job = await claim('gain');
    started.engine.become('running');
    await started.client.engine.jobs.release(job.id);
    expect(await stateOf(job)).toBe('running');
  });
});

describe('jobs in line', () => {
  test('get the engine first come, first served, each after the end of the one before', async () => {
    await claim('a');
    started.engine.become('running');
    const [b, c] = [await claim('b', 'queue'), await claim('c', 'queue')];
    expect(b).toMatchObject({ state: 'waiting', ahead: 0, waits_for: expect.stringMatching(/is RUNNING$/) });
    expect(c).toMatchObject({ state: 'waiting', ahead: 1 });
    started.engine.become('finished');
    await becomes(b, 'starting');
    expect(started.engine.state).toBe('init');
    expect(await stateOf(c)).toBe('waiting');
    started.engine.become('error');
    expect(await stateOf(b)).toBe('error');
    await becomes(c, 'starting');
  });

  test('wait until the outputs of the one before have been read to their end', async () => {
    const a = await claim('a');
    await attach(a, 1);
    const b = await claim('b', 'queue');
    finish();
    expect(await started.client.engine.jobs.get(b.id)).toMatchObject({
      state: 'waiting',
      waits_for: expect.stringContaining('its outputs on slot 1 are not read'),
    });
    await readToTheEnd(1);
    await becomes(b, 'starting');
    expect(started.engine.streams.size).toBe(0);
  });

  test('leave it when they are given up, and let the next one pass', async () => {
    await claim('a');
    const [b, c] = [await claim('b', 'queue'), await claim('c', 'queue')];
    await started.client.engine.jobs.release(b.id);
    expect(await stateOf(b)).toBe('stopped');
    finish();
    await becomes(c, 'starting');
  });

  test('get an engine that is free at once, with the state that was restored there', async () => {
    const reset = started.engine.reset.bind(started.engine);
    let resets = 0;
    started.engine.reset = () => {
      resets++;
      return reset();
    };
    expect((await claim('a', 'queue')).state).toBe('starting');
    expect(resets).toBe(0);
  });

  test('get it also when it is reset, or stopped', async () => {
    const a = await claim('a');
    started.engine.become('running');
    const b = await claim('b', 'queue');
    await started.client.engine.reset();
    expect(await stateOf(a)).toBe('stopped');
    await becomes(b, 'starting');
  });
});

describe('a job that takes the engine away', () => {
  test('ends the one before, whose client can do nothing more', async () => {
    const a = await claim('a');
    started.engine.become('running');
    const b = await claim('b', 'replace');
    await becomes(b, 'starting');
    expect(await stateOf(a)).toBe('replaced');
    expect(started.engine.state).toBe('init');
    await expect(attach(a, 0)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(started.client.engine.output(1, a.id)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await expect(started.client.engine.loadModel('a', 'python', Buffer.from('x'), { job: a.id })).rejects.toMatchObject(
      { code: 'WRONG_STATE' },
    );
    expect(started.engine.model).toBeNull();
    await attach(b, 0);
  });

  test('does so while the other one is still starting', async () => {
    const a = await claim('a');
    await attach(a, 0);
    const b = await claim('b', 'replace');
    await becomes(b, 'starting');
    expect(started.engine.streams.size).toBe(0);
    expect(await stateOf(a)).toBe('replaced');
  });

  test('leaves a free engine as it is', async () => {
    await started.client.engine.attachStream(3, 'more', REST);
    const b = await claim('b', 'replace');
    expect(b.state).toBe('starting');
    expect(started.engine.streams.size).toBe(1);
  });
});

describe('what is asked wrongly', () => {
  test.each([
    [{}, /model/],
    [{ model: 'a', turn: 'soon' }, /now, queue, replace/],
  ])('%j is refused', async (body, sentence) => {
    const reply = await started.app.inject({ method: 'POST', url: '/2/active/job', payload: body });
    expect(reply.statusCode).toBe(400);
    expect(reply.body).toMatch(sentence);
  });

  test('a job that is not known', async () => {
    await expect(started.client.engine.jobs.get('nosuch')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
    await expect(started.client.engine.attachStream(0, 'in', REST, 'nosuch')).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
    expect(await started.client.engine.jobs.active()).toBeNull();
  });
});
