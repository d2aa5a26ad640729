import { FastScoreError } from '../../core/errors.ts';
import type { Snapshot, SnapshotHeader } from '../../core/snapshot/format.ts';
import { isStoredId } from '../../core/snapshot/id.ts';
import { readHeader } from '../../core/snapshot/read.ts';
import { isContinued } from '../../engine/resumption.ts';
import type { RestoreOptions as EngineRestoreOptions } from '../../engine/types.ts';
import type { Cli } from '../command.ts';
import type { Host } from '../host.ts';
import { during } from '../output/errors.ts';
import { isFile } from '../read-input.ts';
import { openSnapshotFile } from '../snapshot-file.ts';
import type { RunStreams } from './attach-streams.ts';

/** Whether a run goes on where its snapshot was taken; auto: when it was taken under way, of the same inputs. */
export type Resume = 'auto' | 'always' | 'never';

/** @throws FastScoreError BAD_INPUT */
export function readResume(options: {
  readonly resume: boolean;
  readonly fresh: boolean;
  readonly fromSnapshot: string | undefined;
}): Resume {
  const { resume, fresh, fromSnapshot } = options;
  if (resume && fresh) throw new FastScoreError('BAD_INPUT', '--resume and --fresh say the opposite of each other');
  if ((resume || fresh) && fromSnapshot === undefined) {
    throw new FastScoreError(
      'BAD_INPUT',
      `--${resume ? 'resume' : 'fresh'} says how --from-snapshot is meant, which is missing`,
    );
  }
  if (fresh) return 'never';
  return resume ? 'always' : 'auto';
}

interface RestoreOptions {
  readonly host: Host;
  readonly model: string;
  readonly which: string;
  readonly trust: boolean;
  readonly resume: Resume;
  readonly streams: RunStreams;
}

interface Source {
  /** For messages. */
  readonly name: string;
  open(): Promise<AsyncIterable<Buffer>>;
  readonly trust: EngineRestoreOptions['trust'];
}

/** Seeds the state of a run from a snapshot: a file, or one of the model's own in the catalog. */
export async function restoreFrom(cli: Cli, options: RestoreOptions): Promise<void> {
  const { host, resume: when, streams } = options;
  const source = await findSource(cli, options);
  const what = `Unable to restore ${source.name}`;
  const header = await during(what, readHeader(await source.open()));
  const descriptors = new Map([...streams].map(([slot, { descriptor }]) => [slot, descriptor]));
  const resume = when === 'always' || (when === 'auto' && isContinued(header, descriptors));
  const restoring = source.open().then((bytes) => host.engines[0]!.restore(bytes, { trust: source.trust, resume }));
  await during(what, restoring);
  if (resume) cli.out.note(describeResumption(header));
}

async function findSource(cli: Cli, { host, model, which, trust }: RestoreOptions): Promise<Source> {
  if (await isFile(cli.io, which)) return { name: which, open: async () => openSnapshotFile(cli.io, which), trust };
  if (!isStoredId(which) && which !== 'latest') throw new FastScoreError('FILE_NOT_FOUND', `${which} not found`);
  const { id } = which === 'latest' ? await newest(host, model) : await host.snapshots.find(model, which);
  const isOwn = ({ sha256 }: Snapshot): Promise<boolean> => host.snapshots.isOwn(model, sha256);
  return { name: `snapshot '${id}'`, open: () => host.snapshots.open(model, id), trust: trust || isOwn };
}

function describeResumption({ id, records }: SnapshotHeader): string {
  const read = Object.values(records.in).reduce((sum, count) => sum + count, 0);
  return `Going on from snapshot '${id}', after ${read} ${read === 1 ? 'record' : 'records'}`;
}

async function newest(host: Host, model: string): Promise<{ id: string }> {
  const [info] = await host.snapshots.list(model, { count: 1 });
  if (info !== undefined) return info;
  throw new FastScoreError('SNAPSHOT_NOT_FOUND', `No snapshots found of model '${model}'`);
}
