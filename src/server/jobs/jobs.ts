import type { Engine } from '../../engine/types.ts';
import type { Fleet } from '../fleet.ts';
import type { Outputs } from '../outputs.ts';
import type { Job } from './job.ts';
import { JobLine } from './job-line.ts';

/** Who has which engine of a fleet, and who waits for it. */
export class Jobs {
  readonly #lines: ReadonlyMap<Engine, JobLine>;

  constructor(fleet: Fleet, outputs: Outputs) {
    this.#lines = new Map([...fleet.engines.values()].map((engine) => [engine, new JobLine(engine, outputs)]));
  }

  of(engine: Engine): JobLine {
    return this.#lines.get(engine)!;
  }

  /**
   * Does something to an engine for a job, or for whoever does not say one.
   * @param id of the job
   * @param work calls `assertHas` just before it touches the engine
   * @throws FastScoreError JOB_NOT_FOUND; `assertHas` throws WRONG_STATE when the engine is not the job's any more
   */
  act<T>(engine: Engine, id: string | undefined, work: (assertHas: () => void) => Promise<T>): Promise<T> {
    if (id === undefined) return work(() => {});
    const line = this.of(engine);
    const job: Job = line.find(id);
    return job.attend(() => work(() => line.assertHas(job)));
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}
