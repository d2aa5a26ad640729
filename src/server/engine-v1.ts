import type { FastifyRequest } from 'fastify';
import { parseDisposition } from '../api/disposition.ts';
import type { Interpreters } from '../api/interpreters.ts';
import { INTERPRETERS_HEADER, parseInterpreters } from '../api/interpreters.ts';
import type { Documents } from '../catalog/documents.ts';
import { assertName } from '../catalog/names.ts';
import type { ErrorCode } from '../core/errors.ts';
import { FastScoreError } from '../core/errors.ts';
import { installLibraries } from '../engine/install-libraries.ts';
import type { Engine, ModelReport, ModelSource } from '../engine/types.ts';
import { isLocalSocket } from './answer-errors.ts';
import { jsonOf, SOURCE_LIMIT_BYTES } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { jobStatus, verifyInfo } from './engine-replies.ts';
import { withModelBody } from './model-body.ts';
import { jetCount, slotOf } from './numbers.ts';
import { queryFlag, queryList, queryValue, waitLimit } from './query.ts';
import { revealed } from './revealed.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const STATUS_PARTS = ['slots', 'jets', 'snapshots', 'state', 'model'];

/** What is missing belongs to the model or the descriptor in the body: the path itself is there. */
export const REFUSED_BODY: Partial<Record<ErrorCode, number>> = {
  SCHEMA_NOT_FOUND: 400,
  ATTACHMENT_NOT_FOUND: 400,
  MODEL_NOT_FOUND: 400,
  FILE_NOT_FOUND: 400,
  FILE_UNREADABLE: 400,
  INTERPRETER_MISSING: 400,
};

/** Jobs, the engine's first API. */
export const engineV1: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, catalog, policies, engineFiles, jobs }) {
    const engineOf = (request: FastifyRequest): Engine => fleet.engine(instanceOf(request));

    app.put(
      '/1/job/model',
      { bodyLimit: SOURCE_LIMIT_BYTES, config: { errorStatus: REFUSED_BODY } },
      async (request, reply) => {
        const isDryRun = queryFlag(request, 'dry-run');
        const engine = engineOf(request);
        const interpreters = namedInterpreters(request);
        const report = await jobs.act(engine, queryValue(request, 'job'), (assertHas) =>
          withModelBody(request, catalog.attachments, (source) => {
            const importPolicy = policies.rulesOf(engine.name, source.mtype);
            const files = engineFiles.of(engine.name);
            const model = {
              ...source,
              files,
              ...(importPolicy === undefined ? {} : { importPolicy }),
              ...(interpreters === undefined ? {} : { interpreters }),
            };
            return isDryRun ? engine.verify(model) : loadWithLibraries(engine, model, assertHas);
          }),
        );
        return isDryRun ? verifyInfo(report) : reply.code(204).send();
      },
    );

    app.delete('/1/job/model', async (request, reply) => {
      await engineOf(request).unload();
      return reply.code(204).send();
    });

    const attach = async (request: FastifyRequest, slot: number): Promise<void> => {
      await engineOf(request).attach(slot, await streamOf(request, slot, catalog.streams));
    };
    app.put('/1/job/stream/in', { config: { errorStatus: REFUSED_BODY } }, async (request, reply) => {
      await attach(request, 0);
      return reply.code(204).send();
    });
    app.put('/1/job/stream/out', { config: { errorStatus: REFUSED_BODY } }, async (request, reply) => {
      await attach(request, 1);
      return reply.code(204).send();
    });
    app.put('/1/job/stream/:slot', { config: { errorStatus: REFUSED_BODY } }, async (request, reply) => {
      await attach(request, slotOf(request));
      return reply.code(204).send();
    });

    app.delete('/1/job', async (request, reply) => {
      await engineOf(request).reset(queryFlag(request, 'force'));
      return reply.code(204).send();
    });

    app.post(
      '/1/job/scale',
      { config: { errorStatus: { BAD_COUNT: 403, WRONG_STATE: 403 } } },
      async (request, reply) => {
        const text = queryValue(request, 'n') ?? '';
        await engineOf(request).scale(jetCount(/^\d+$/.test(text) ? Number(text) : text), waitLimit(request));
        return reply.code(204).send();
      },
    );

    app.get('/1/job/status', async (request) => {
      const status = jobStatus(engineOf(request).status());
      const parts = queryList(request, 'return');
      if (parts === undefined) return status;
      const unknown = parts.find((part) => !STATUS_PARTS.includes(part));
      if (unknown === undefined)
        return Object.fromEntries(Object.entries(status).filter(([part]) => parts.includes(part)));
      throw new FastScoreError('BAD_INPUT', `'${unknown}' in 'return' is not a part of the status`, {
        hint: `Parts are ${STATUS_PARTS.join(', ')}`,
      });
    });
  },
};

/** What whoever works on the machine of the engine names. @throws FastScoreError FORBIDDEN for others */
function namedInterpreters(request: FastifyRequest): Interpreters | undefined {
  const text = request.headers[INTERPRETERS_HEADER];
  if (typeof text !== 'string') return undefined;
  if (isLocalSocket(request)) return parseInterpreters(text);
  throw new FastScoreError('FORBIDDEN', 'Interpreters are named on the own Unix socket only');
}

/** What the import policy allows to be installed is installed before a model is loaded that needs it. */
async function loadWithLibraries(engine: Engine, model: ModelSource, assertHas: () => void): Promise<ModelReport> {
  const { mtype, importPolicy = new Map(), interpreters } = model;
  if ([...importPolicy.values()].includes('install')) {
    await installLibraries(mtype.toLowerCase(), (await engine.verify(model)).installLibs, interpreters);
  }
  assertHas();
  return engine.load(model);
}

/** The stream of a body: clients take the descriptor from where they like, so only the body counts. */
export async function streamOf(
  request: FastifyRequest,
  slot: number,
  streams: Documents,
): Promise<{ name: string; descriptor: unknown }> {
  const { name } = parseDisposition(request.headers['content-disposition'] ?? '');
  const known = name ?? `stream-${slot}`;
  assertName('stream', known);
  return { name: known, descriptor: await revealed(jsonOf(request, 'The descriptor'), streams) };
}
