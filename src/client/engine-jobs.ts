import { pathOf } from '../api/paths.ts';
import type { JobInfo, JobTurn } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';

/** (2.0) The jobs of one engine: each is one run of a model, from the wish for the engine to its end. */
export class EngineJobs {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /**
   * Asks for the engine, to run a model there. Who gets it and who has to wait is decided in one step. A client that has got it
   * loads the model and attaches the streams; one that is silent for some seconds before loses it.
   * @param turn what is to happen when somebody else has it
   * @returns the job, `starting` or still `waiting`
   * @throws FastScoreError WRONG_STATE when somebody else has it and `turn` is `now`
   */
  async claim(model: string, turn: JobTurn): Promise<JobInfo> {
    const path = '/2/active/job';
    return this.#service.parse(await this.#service.post(path, { model, turn }), path);
  }

  /** The job that has the engine, or whose results are still there; null when there is none. */
  async active(): Promise<JobInfo | null> {
    try {
      return await this.#service.get<JobInfo>('/2/active/job');
    } catch (error) {
      if (error instanceof FastScoreError && error.code === 'JOB_NOT_FOUND') return null;
      throw error;
    }
  }

  /**
   * @param wait answer when the state is not `while` any more, at the latest after `waitMs` milliseconds
   * @throws FastScoreError JOB_NOT_FOUND
   */
  get(id: string, wait?: { while: string; waitMs: number }): Promise<JobInfo> {
    const query = wait === undefined ? '' : queryOf({ while: wait.while, wait: wait.waitMs / 1000 });
    return this.#service.get(`${pathOf(2, 'active', 'job', id)}${query}`, wait?.waitMs);
  }

  /** Gives up a place in the line, or a start that is not through. A job that runs goes on. */
  release(id: string): Promise<void> {
    return this.#service.delete(pathOf(2, 'active', 'job', id));
  }
}
