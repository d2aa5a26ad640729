import type { JobStatus } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { assertSnapshotTaken, runFailure } from './run-failure.ts';

const POLL_MS = 25_000;
/** Passed through in moments; whether one is seen is chance. */
const TRANSIENT: ReadonlySet<string> = new Set(['init', 'pigging', 'finishing']);

/**
 * Waits until the run has ended, however that went.
 * @throws FastScoreError MODEL_FAILED and the like when the engine ends in ERROR, TIMED_OUT after `timeoutMs`
 */
export async function waitForRun(
  cli: Cli,
  client: FastScoreClient,
  timeoutMs = Number.POSITIVE_INFINITY,
): Promise<JobStatus> {
  const deadline = performance.now() + timeoutMs;
  let state = await client.engine.state();
  let told = '';
  const tell = (now: string): void => {
    if (now !== told && !TRANSIENT.has(now)) cli.out.confirm(`Engine state is ${now.toUpperCase()}`);
    told = now;
  };
  // It ran, even when it has ended before anybody could look.
  if (state !== 'init' && state !== 'error') tell('running');
  while (state !== 'finished' && state !== 'error') {
    if (state === 'init') throw notStarted(await client.engine.status());
    tell(state);
    const left = deadline - performance.now();
    if (left <= 0) throw stillRunning(state, timeoutMs);
    const waitMs = Math.min(POLL_MS, left);
    const waiting = client.engine.state({ while: state, waitMs });
    state = await cli.out.progress.while(() => `Engine is ${state.toUpperCase()}`, waiting);
  }
  tell(state);
  const status = await client.engine.status();
  if (status.failure !== null) throw runFailure(status.failure);
  assertSnapshotTaken(status.last_snapshot);
  return status;
}

function notStarted({ slots }: JobStatus): FastScoreError {
  const free = slots.filter(({ stream }) => stream === null).map(({ slot }) => slot);
  const why = free.length === 0 ? 'it has been reset' : `slot ${free.join(', slot ')} of the model has no stream`;
  return new FastScoreError('WRONG_STATE', `The engine does not run: ${why}`, {
    ...(free.length === 0 ? {} : { hint: `fastscore stream attach rest: ${free[0]}` }),
  });
}

function stillRunning(state: string, timeoutMs: number): FastScoreError {
  return new FastScoreError('TIMED_OUT', `The engine is still ${state.toUpperCase()} after ${timeoutMs / 1000} s`, {
    hint: 'fastscore job status',
  });
}
