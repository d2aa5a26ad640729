import type { JobInfo, JobTurn } from '../../api/shapes.ts';
import { FastScoreError } from '../../core/errors.ts';
import type { Engine, EngineMessage, EngineState } from '../../engine/types.ts';
import { jobStatus } from '../engine-replies.ts';
import type { Outputs } from '../outputs.ts';
import type { JobState } from './job.ts';
import { Job } from './job.ts';

/** How many jobs that have ended are remembered, for clients that wait for their end. */
const REMEMBERED = 16;

/**
 * The jobs of one engine: at most one has it, others stand in line. Whether it is free is asked and answered in one step, so
 * that of several who want it one gets it. Who uses the engine without asking, as clients of 1.10 do, gets a job, too.
 */
export class JobLine {
  readonly #engine: Engine;
  readonly #outputs: Outputs;
  readonly #line: Job[] = [];
  readonly #past: Job[] = [];
  readonly #unsubscribe: (() => void)[];
  /** The one that has the engine, or had it last. */
  #current: Job | null = null;

  constructor(engine: Engine, outputs: Outputs) {
    this.#engine = engine;
    this.#outputs = outputs;
    this.#unsubscribe = [
      engine.onMessage((message) => this.#follow(message)),
      outputs.onRead((read) => {
        if (read === engine) this.#advance();
      }),
    ];
  }

  /** @throws FastScoreError WRONG_STATE when the engine is not free and `turn` is `now` */
  claim(model: string, turn: JobTurn): Job {
    const job: Job = new Job(model, () => this.release(job));
    const reason = this.#line.length > 0 ? 'others wait for it' : this.#occupation();
    if (reason === null) this.#give(job, { emptied: false });
    else if (turn === 'queue') this.#line.push(job);
    else if (turn === 'replace') this.#give(job, { emptied: true });
    else throw this.#occupied(model, reason);
    this.#advance();
    return job;
  }

  /** The job that has the engine, or has left in it what there is; null when there is nothing. */
  get current(): Job | null {
    return this.#engine.state === 'init' && this.#current?.hasEnded === true ? null : this.#current;
  }

  /** @throws FastScoreError JOB_NOT_FOUND */
  find(id: string): Job {
    const found = [this.#current, ...this.#line, ...this.#past].find((job) => job?.id === id);
    if (found != null) return found;
    throw new FastScoreError('JOB_NOT_FOUND', `There is no job '${id.slice(0, 100)}'`);
  }

  /** Gives up a place in the line, or a start that is not through. A job that runs goes on. */
  release(job: Job): void {
    const place = this.#line.indexOf(job);
    if (place !== -1) this.#line.splice(place, 1);
    if (job.isPending) this.#end(job, 'stopped');
    this.#advance();
  }

  /** @throws FastScoreError WRONG_STATE unless the engine is the job's */
  assertHas(job: Job): void {
    if (job === this.#current && job.state !== 'waiting' && job.state !== 'stopped') return;
    throw new FastScoreError(
      'WRONG_STATE',
      `The engine is not that of this job any more, which is ${shown(job.state)}`,
    );
  }

  info(job: Job): JobInfo {
    const isWaiting = job.state === 'waiting';
    return {
      id: job.id,
      model: job.model,
      state: job.state,
      ahead: isWaiting ? Math.max(this.#line.indexOf(job), 0) : null,
      waits_for: isWaiting ? (this.#occupation() ?? 'the engine is being emptied') : null,
      result: job.result,
    };
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }

  #follow(message: EngineMessage): void {
    // While the engine is emptied for a job, what it says is about the one before.
    if (message.type === 'engine-state' && this.#current?.state !== 'waiting') this.#enter(message.state);
    if (message.type === 'engine-state' || message.type === 'engine-config') this.#advance();
  }

  #enter(state: EngineState): void {
    if (state === 'init') {
      if (this.#current?.hasEnded === false) this.#end(this.#current, 'stopped');
      return;
    }
    if (this.#current === null || this.#current.hasEnded) {
      this.#current = new Job(this.#engine.status().model?.name ?? null, () => {});
    }
    if (state === 'finished' || state === 'error') this.#end(this.#current, state);
    else this.#current.become(state);
  }

  /** The next in line gets the engine as soon as it is free. */
  #advance(): void {
    const [next] = this.#line;
    if (next === undefined || !this.#isVacant()) return;
    this.#line.shift();
    this.#give(next, { emptied: true });
  }

  #give(job: Job, { emptied }: { emptied: boolean }): void {
    const before = this.#current;
    if (before?.hasEnded === false) this.#end(before, 'replaced');
    this.#current = job;
    if (emptied) void this.#empty(job);
    else job.become('starting');
  }

  /** The outputs of a run that has failed are still being written for a moment. */
  async #empty(job: Job): Promise<void> {
    try {
      if (this.#engine.state === 'error') await this.#engine.settled();
      if (this.#current === job) await this.#engine.reset();
    } catch {
      // What is wrong with the engine is told to whoever loads a model.
    }
    if (this.#current === job && job.state === 'waiting') job.become('starting');
  }

  #end(job: Job, state: JobState): void {
    if (state === 'finished' || state === 'error') job.result = jobStatus(this.#engine.status());
    job.become(state);
    this.#past.push(job);
    if (this.#past.length > REMEMBERED) this.#past.shift();
  }

  /** Whether the next in line may have the engine. What has ended is over when its outputs have been fetched. */
  #isVacant(): boolean {
    if (this.#current?.isPending === true) return false;
    const { state } = this.#engine;
    if (state === 'finished') return this.#outputs.unread(this.#engine) === null;
    return state === 'error' || this.#occupation() === null;
  }

  /** Why nobody else can have the engine now; null when it is free. */
  #occupation(): string | null {
    const { state } = this.#engine;
    const status = this.#engine.status();
    const model = `'${status.model?.name ?? this.#current?.model ?? '?'}'`;
    if (this.#current?.isPending === true) return `'${this.#current.model}' is about to start`;
    if (state === 'finished') {
      const slot = this.#outputs.unread(this.#engine);
      return slot === null ? `${model} is FINISHED` : `${model} is FINISHED, its outputs on slot ${slot} are not read`;
    }
    if (state !== 'init') return `${model} is ${state.toUpperCase()}`;
    return status.jets.length > 0 ? `the jets of ${model} are starting` : null;
  }

  #occupied(model: string, reason: string): FastScoreError {
    const { state } = this.#engine;
    const hasEnded = state === 'finished' || state === 'error';
    return new FastScoreError('WRONG_STATE', `Cannot run '${model}', the engine is not free: ${reason}`, {
      hint: hasEnded ? 'fastscore engine reset, or --replace' : '--queue waits for it, --replace stops it',
    });
  }
}

const shown = (state: JobState): string => (state === 'waiting' ? 'waiting' : state.toUpperCase());
