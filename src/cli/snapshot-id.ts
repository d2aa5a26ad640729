import type { SnapshotInfo } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import { during } from './output/errors.ts';

/** The snapshot that is meant by `id`: a beginning of an id that only one has; the newest when left out or `latest`. */
export async function findSnapshot(
  client: FastScoreClient,
  model: string,
  id: string | undefined,
): Promise<SnapshotInfo> {
  if (id !== undefined && id !== 'latest') {
    return during(`Cannot retrieve snapshot '${id}' metadata`, client.snapshots.metadata(model, id));
  }
  const [newest] = await client.snapshots.list(model, { count: 1 });
  if (newest !== undefined) return newest;
  throw new FastScoreError('SNAPSHOT_NOT_FOUND', `No snapshots found of model '${model}'`, {
    hint: 'A model takes one at the end of its input with `# fastscore.snapshots: eof`; or fastscore snapshot create',
  });
}
