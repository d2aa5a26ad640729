import type { FastifyRequest } from 'fastify';
import type { JobTurn } from '../../api/shapes.ts';
import { JOB_TURNS } from '../../api/shapes.ts';
import { FastScoreError } from '../../core/errors.ts';
import { jsonOf } from '../body.ts';
import type { Fleet } from '../fleet.ts';
import { querySeconds, queryValue } from '../query.ts';
import type { Service } from '../service.ts';
import { instanceOf } from '../service.ts';
import { unlessClosing } from '../unless-closing.ts';
import type { JobLine } from './job-line.ts';
import type { Jobs } from './jobs.ts';

export interface JobsContext {
  readonly fleet: Fleet;
  readonly jobs: Jobs;
  /** Fires when the server is to close: long polls answer at once. */
  readonly closing: AbortSignal;
}

const LONGEST_WAIT_S = 60;

/** (2.0) Who has an engine, and who waits for it. */
export const jobRoutes: Service<JobsContext> = {
  api: 'engine',
  routes(app, { fleet, jobs, closing }) {
    const lineOf = (request: FastifyRequest): JobLine => jobs.of(fleet.engine(instanceOf(request)));

    app.post('/2/active/job', async (request, reply) => {
      const { model, turn } = claimOf(request);
      const line = lineOf(request);
      return reply.code(201).send(line.info(line.claim(model, turn)));
    });

    app.get('/2/active/job', async (request) => {
      const line = lineOf(request);
      const job = line.current;
      if (job === null) throw new FastScoreError('JOB_NOT_FOUND', 'The engine has no job');
      return line.info(job);
    });

    app.get('/2/active/job/:id', async (request) => {
      const line = lineOf(request);
      const job = line.find(idOf(request));
      const waitMs = querySeconds(request, 'wait', LONGEST_WAIT_S) ?? 0;
      const state = queryValue(request, 'while')?.toLowerCase() ?? job.state;
      const gone = new AbortController();
      const giveUp = (): void => gone.abort();
      request.socket.once('close', giveUp);
      const change = job.attend(() => job.waitWhile(state, waitMs, gone.signal));
      await unlessClosing(change, closing);
      request.socket.removeListener('close', giveUp);
      return line.info(job);
    });

    app.delete('/2/active/job/:id', async (request, reply) => {
      const line = lineOf(request);
      line.release(line.find(idOf(request)));
      return reply.code(204).send();
    });
  },
};

const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;

function claimOf(request: FastifyRequest): { model: string; turn: JobTurn } {
  const body = jsonOf(request, 'The job') as { model?: unknown; turn?: unknown } | null;
  const model = body?.model;
  if (typeof model !== 'string') throw new FastScoreError('BAD_INPUT', "'model' must be the name of a model");
  const turn = JOB_TURNS.find((known) => known === (body?.turn ?? 'now'));
  if (turn !== undefined) return { model: model.slice(0, 200), turn };
  throw new FastScoreError('BAD_INPUT', `'turn' must be ${JOB_TURNS.join(', ')}`);
}
