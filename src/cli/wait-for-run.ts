import type { JobInfo, JobStatus } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import type { Deadline } from './deadline.ts';
import type { RejectCount } from './reject-count.ts';
import { assertNoRejects, tellRejects } from './reject-count.ts';
import { assertSnapshotTaken, runFailure } from './run-failure.ts';

/** Passed through in moments; whether one is seen is chance. */
const TRANSIENT: ReadonlySet<string> = new Set(['waiting', 'starting', 'pigging', 'finishing', 'stopped', 'replaced']);

/**
 * Waits until the run of a job has ended, however that went, whatever the engine does afterwards.
 * @returns the status at its end
 * @throws FastScoreError MODEL_FAILED and the like when it failed, WRONG_STATE when it was stopped, TIMED_OUT
 */
export async function waitForRun(
  cli: Cli,
  client: FastScoreClient,
  { job, deadline }: { job: JobInfo; deadline: Deadline },
): Promise<JobStatus> {
  const { jobs } = client.engine;
  let { state, result } = job;
  let told = '';
  const tell = (now: string): void => {
    if (now !== told && !TRANSIENT.has(now)) cli.out.confirm(`Engine state is ${now.toUpperCase()}`);
    told = now;
  };
  // It ran, even when it has ended before anybody could look.
  if (state === 'finished') tell('running');
  while (result === null) {
    assertGoesOn(state);
    tell(state);
    const waitMs = deadline.next(() => `The engine is still ${state.toUpperCase()}`);
    const waiting = jobs.get(job.id, { while: state, waitMs });
    ({ state, result } = await cli.out.progress.while(() => `Engine is ${state.toUpperCase()}`, waiting));
  }
  tell(state);
  if (result.failure !== null) throw runFailure(result.failure);
  return result;
}

/**
 * Tells what a run that has ended has rejected.
 * @throws FastScoreError SNAPSHOT_WRITE_FAILED, and RECORD_INVALID when rejects are a failure
 */
export function checkEnd(cli: Cli, status: JobStatus, { failOnReject }: { failOnReject: boolean }): void {
  const counts = status.slots.map(
    ({ slot, rejected_by_encoding: encoding, rejected_by_schema: schema }): RejectCount => ({
      slot,
      count: encoding + schema,
    }),
  );
  tellRejects(cli, counts);
  assertSnapshotTaken(status.last_snapshot);
  if (failOnReject) assertNoRejects(counts, 'fastscore job status');
}

/** Why there is nothing to wait for. */
export function notStarted({ slots }: JobStatus): FastScoreError {
  const free = slots.filter(({ stream }) => stream === null).map(({ slot }) => slot);
  const why = free.length === 0 ? 'it has no job' : `slot ${free.join(', slot ')} of the model has no stream`;
  return new FastScoreError('WRONG_STATE', `The engine does not run: ${why}`, {
    ...(free.length === 0 ? {} : { hint: `fastscore stream attach rest: ${free[0]}` }),
  });
}

function assertGoesOn(state: string): void {
  if (state !== 'stopped' && state !== 'replaced') return;
  const what = state === 'stopped' ? 'the engine was reset' : 'another job has taken its place';
  throw new FastScoreError('WRONG_STATE', `The run was stopped before its end: ${what}`, {
    hint: 'fastscore job status',
  });
}
