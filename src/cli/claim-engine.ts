import type { JobInfo, JobTurn } from '../api/shapes.ts';
import type { EngineClient } from '../client/engine.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import type { Deadline } from './deadline.ts';

export interface Claim {
  readonly id: string;
  /** Gives the engine back, unless the job runs. */
  release(): Promise<void>;
}

/**
 * Gets the engine for a job, when it is free or becomes so. In whatever way the command ends before the job runs, the engine is
 * given back.
 * @throws FastScoreError WRONG_STATE when it is not free and `turn` is `now`, TIMED_OUT
 */
export async function claimEngine(
  cli: Cli,
  engine: EngineClient,
  wanted: { readonly model: string; readonly turn: JobTurn; readonly deadline: Deadline },
): Promise<Claim> {
  const { model, turn, deadline } = wanted;
  const { jobs } = engine;
  let job = await jobs.claim(model, turn);
  const { id } = job;
  let isReleased = false;
  const release = async (): Promise<void> => {
    if (isReleased) return;
    isReleased = true;
    await jobs.release(id);
  };
  // An engine that is gone has nothing to be given back to.
  cli.defer(() => release().catch(() => {}));
  let told = '';
  while (job.state === 'waiting') {
    const reason = job.waits_for ?? '';
    if (turn === 'queue' && reason !== told) cli.out.note(describeWait(job));
    told = reason;
    const waitMs = deadline.next(() => `The engine is still not free (${reason})`);
    job = await cli.out.progress.while(() => `Waiting: ${reason}`, jobs.get(id, { while: 'waiting', waitMs }));
  }
  if (job.state === 'starting') return { id, release };
  throw new FastScoreError('WRONG_STATE', `The job has lost its place: it is ${job.state.toUpperCase()}`, {
    hint: 'fastscore job status',
  });
}

function describeWait({ ahead, waits_for: reason }: JobInfo): string {
  const line =
    ahead === null || ahead === 0 ? '' : `, and ${ahead} ${ahead === 1 ? 'job is' : 'jobs are'} before this one`;
  return `Waiting for the engine: ${reason}${line}`;
}
