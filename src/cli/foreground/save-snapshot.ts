import { resolve } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import { writeFileAtomically } from '../../util/atomic-file.ts';
import { describeSystemError } from '../../util/system-error.ts';
import type { Cli } from '../command.ts';
import type { Host } from '../host.ts';

/** Writes the state at the end of a run to a file: the snapshot that the run has taken, else one that is taken now. */
export async function saveSnapshot(
  cli: Cli,
  host: Host,
  { model, file }: { model: string; file: string },
): Promise<void> {
  const engine = host.engines[0]!;
  const last = engine.status().lastSnapshot;
  const id = last?.trigger === 'eof' && last.id !== null ? last.id : (await engine.snapshot('request')).id;
  try {
    await writeFileAtomically(resolve(cli.io.cwd, file), await host.snapshots.open(model, id));
  } catch (cause) {
    if (cause instanceof FastScoreError) throw cause;
    throw new FastScoreError('SNAPSHOT_WRITE_FAILED', `${file} cannot be written: ${describeSystemError(cause)}`, {
      cause,
    });
  }
}
