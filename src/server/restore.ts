import type { ReadStream } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import type { Snapshot, SnapshotHeader } from '../core/snapshot/format.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import { acceptStreams, bodyStreamOf } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { queryFlag } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { openSnapshotSource, sameAs } from './snapshot-source.ts';

/** PUT /1/job/state: a snapshot's contents become the engine's state. */
export const restore: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, snapshots, uploadLimitBytes }) {
    app.register(async (scope: FastifyInstance) => {
      acceptStreams(scope);
      scope.put('/1/job/state', async (request, reply) => {
        const engine = fleet.engine(instanceOf(request));
        const isTrusted = queryFlag(request, 'trust');
        const resume = queryFlag(request, 'resume');
        const { header, bytes } = await openSnapshotSource(bodyStreamOf(request, uploadLimitBytes));
        const original = isTrusted ? null : await openOwn(snapshots, header);
        const source = original === null ? bytes : sameAs(original, bytes, differs(header));
        // What our own engines have stored holds nothing that our own jets did not make.
        const isOwn = ({ sha256 }: Snapshot): Promise<boolean> => snapshots.isOwn(header.model, sha256);
        try {
          await engine.restore(source, { trust: isTrusted || isOwn, resume });
        } finally {
          original?.destroy();
        }
        return reply.code(204).send();
      });
    });
  },
};

async function openOwn(snapshots: SnapshotRepository, { model, id }: SnapshotHeader): Promise<ReadStream | null> {
  try {
    return await snapshots.open(model, id);
  } catch (error) {
    if (error instanceof FastScoreError && (error.code === 'SNAPSHOT_NOT_FOUND' || error.code === 'BAD_NAME'))
      return null;
    throw error;
  }
}

function differs({ id, model }: SnapshotHeader): FastScoreError {
  return new FastScoreError(
    'SNAPSHOT_UNTRUSTED',
    `The contents say they are snapshot '${id}' of model '${model}', but differ from the one in the catalog`,
    { hint: 'Restore the one in the catalog, or say that these are to be trusted (trust=true)' },
  );
}
