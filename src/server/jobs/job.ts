import { randomBytes } from 'node:crypto';
import type { JobStatus } from '../../api/shapes.ts';
import type { EngineState } from '../../engine/types.ts';

/**
 * | state | what is true |
 * | --- | --- |
 * | waiting | it stands in line, or the engine is being emptied for it |
 * | starting | the engine is its own: its client loads the model and attaches the streams |
 * | running, paused, pigging, finishing | as the engine is |
 * | finished, error | its run has ended, and `result` tells how |
 * | stopped, replaced | the engine was reset, or was given to another job, before its run had ended |
 */
export type JobState = Exclude<EngineState, 'init'> | 'waiting' | 'starting' | 'stopped' | 'replaced';

const ENDED: ReadonlySet<JobState> = new Set(['finished', 'error', 'stopped', 'replaced']);

/** How long a client that has not started its job yet may be silent. */
const SILENCE_MS = 10_000;

/** One run of a model: from the wish for an engine to its end. */
export class Job {
  readonly id = randomBytes(6).toString('hex');
  /** null when nobody has said it. */
  readonly model: string | null;
  /** The status of the engine when the run had ended. */
  result: JobStatus | null = null;
  readonly #onAbandoned: () => void;
  readonly #waiters = new Set<() => void>();
  #state: JobState = 'waiting';
  /** Requests of its client that are under way. */
  #requests = 0;
  #silence: NodeJS.Timeout | undefined;

  /** @param onAbandoned called when the client is silent before the job runs */
  constructor(model: string | null, onAbandoned: () => void) {
    this.model = model;
    this.#onAbandoned = onAbandoned;
    this.#listen();
  }

  get state(): JobState {
    return this.#state;
  }

  get hasEnded(): boolean {
    return ENDED.has(this.#state);
  }

  /** Whether it is still for its client to start it. */
  get isPending(): boolean {
    return this.#state === 'waiting' || this.#state === 'starting';
  }

  become(state: JobState): void {
    this.#state = state;
    if (!this.isPending) clearTimeout(this.#silence);
    for (const wake of [...this.#waiters]) wake();
  }

  /** Does what its client asks for: as long as that takes, the client is there. */
  async attend<T>(work: () => Promise<T>): Promise<T> {
    this.#requests++;
    clearTimeout(this.#silence);
    try {
      return await work();
    } finally {
      this.#requests--;
      this.#listen();
    }
  }

  /** Resolves as soon as the state is another than `state`, or after `waitMs`, or when `signal` fires. */
  waitWhile(state: string, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#state !== state || waitMs <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        this.#waiters.delete(wake);
        resolve();
      };
      signal.addEventListener('abort', finish);
      const wake = (): void => {
        if (this.#state !== state) finish();
      };
      const timer = setTimeout(finish, waitMs);
      this.#waiters.add(wake);
    });
  }

  #listen(): void {
    if (this.#requests > 0 || !this.isPending) return;
    this.#silence = setTimeout(this.#onAbandoned, SILENCE_MS).unref();
  }
}
