import { FastScoreError } from '../../core/errors.ts';
import type { Cli } from '../context.ts';
import type { Host } from '../host.ts';
import { during } from '../output/errors.ts';
import { isFile } from '../read-input.ts';
import { openSnapshotFile } from '../snapshot-file.ts';

/** Seeds the state of a run from a snapshot: a file, or one of the model's own in the catalog. */
export async function restoreFrom(
  cli: Cli,
  options: { host: Host; model: string; which: string; trust: boolean },
): Promise<void> {
  const { host, model, which, trust } = options;
  const engine = host.engines[0]!;
  if (await isFile(cli.io, which)) {
    await during(`Unable to restore ${which}`, engine.restore(openSnapshotFile(cli.io, which), { trust }));
    return;
  }
  if (!/^[a-z0-9]{1,8}$/.test(which)) throw new FastScoreError('FILE_NOT_FOUND', `${which} not found`);
  const { id } = which === 'latest' ? await newest(host, model) : await host.snapshots.find(model, which);
  // It lies in the user's own catalog, where engines put what their own jets made.
  const restoring = engine.restore(await host.snapshots.open(model, id), { trust: true });
  await during(`Unable to restore snapshot '${id}'`, restoring);
}

async function newest(host: Host, model: string): Promise<{ id: string }> {
  const [info] = await host.snapshots.list(model, { count: 1 });
  if (info !== undefined) return info;
  throw new FastScoreError('SNAPSHOT_NOT_FOUND', `No snapshots found of model '${model}'`);
}
