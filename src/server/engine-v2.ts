import type { FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import type { Engine, EngineState } from '../engine/types.ts';
import { masked } from '../util/masked.ts';
import { optionalJsonOf } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { activeModelInfo, activeStreamInfos } from './engine-replies.ts';
import { REFUSED_BODY, streamOf } from './engine-v1.ts';
import { jetCount, slotOf } from './numbers.ts';
import { queryFlag, querySeconds, queryValue, waitLimit } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { unlessClosing } from './unless-closing.ts';

const LONGEST_WAIT_S = 60;
const STATES: readonly string[] = [
  'init',
  'running',
  'pigging',
  'paused',
  'finishing',
  'finished',
  'error',
] satisfies EngineState[];

/** The engine's second API: its state, and what is active in it. */
export const engineV2: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, catalog, jobs, closing }) {
    const engineOf = (request: FastifyRequest): Engine => fleet.engine(instanceOf(request));

    app.get('/2/engine/state', async (request) => {
      const engine = engineOf(request);
      const waitMs = querySeconds(request, 'wait', LONGEST_WAIT_S) ?? 0;
      const state = waitedState(request) ?? engine.state;
      if (waitMs > 0) await unlessClosing(engine.waitWhile(state, waitMs), closing);
      return { state: engine.state };
    });

    const operations = {
      pause: (engine: Engine) => engine.pause(),
      unpause: (engine: Engine) => engine.unpause(),
    };
    for (const [name, operation] of Object.entries(operations)) {
      app.post(`/2/engine/${name}`, async (request, reply) => {
        await operation(engineOf(request));
        return reply.code(204).send();
      });
    }

    app.post('/2/engine/reset', async (request, reply) => {
      await engineOf(request).reset(queryFlag(request, 'force'));
      return reply.code(204).send();
    });

    app.get('/2/active/model', async (request) => activeModelInfo(engineOf(request).status()));

    app.delete('/2/active/model', async (request, reply) => {
      await engineOf(request).unload();
      return reply.code(204).send();
    });

    app.post('/2/active/model/scale', async (request, reply) => {
      // Clients on Python send zero as no body at all.
      const jets = jetCount(optionalJsonOf(request, 'The number of jets') ?? 0);
      await engineOf(request).scale(jets, waitLimit(request));
      return reply.code(204).send();
    });

    app.get('/2/active/stream', async (request) => activeStreamInfos(engineOf(request).status()));

    app.put('/2/active/stream/:slot', { config: { errorStatus: REFUSED_BODY } }, async (request, reply) => {
      const slot = slotOf(request);
      const engine = engineOf(request);
      const stream = await streamOf(request, slot, catalog.streams);
      if (queryFlag(request, 'dry-run')) {
        return masked(await engine.verifyStream(slot, stream.descriptor, { apart: queryFlag(request, 'apart') }));
      }
      await jobs.act(engine, queryValue(request, 'job'), (assertHas) => {
        assertHas();
        return engine.attach(slot, stream);
      });
      return reply.code(204).send();
    });

    app.delete('/2/active/stream/:slot', async (request, reply) => {
      await engineOf(request).detach(slotOf(request));
      return reply.code(204).send();
    });

    app.post('/2/active/snapshot', async (request, reply) => {
      const { id, model, created_on, type, size } = await engineOf(request).snapshot(
        'request',
        miscOf(request),
        waitLimit(request),
      );
      return reply.code(201).send({ id, model, created_on, type, size });
    });
  },
};

function waitedState(request: FastifyRequest): EngineState | undefined {
  const text = queryValue(request, 'while')?.toLowerCase();
  if (text === undefined || STATES.includes(text)) return text as EngineState | undefined;
  throw new FastScoreError('BAD_INPUT', `'${text}' is not a state of an engine`, {
    hint: `States are ${STATES.join(', ')}`,
  });
}

/** Optional text that goes into the snapshot's header. */
function miscOf(request: FastifyRequest): string | undefined {
  const body = optionalJsonOf(request, 'The request') as { misc?: unknown } | null | undefined;
  const misc = body?.misc;
  if (misc === undefined || typeof misc === 'string') return misc;
  throw new FastScoreError('BAD_INPUT', "'misc' must be a string");
}
