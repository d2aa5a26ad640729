import { newSnapshotId } from '../core/snapshot/id.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import { encodeSnapshot } from '../core/snapshot/write.ts';
import type { Capture } from '../core/state/capture.ts';
import type { OutputCheckpoint } from '../streams/types.ts';
import { release } from '../util/release.ts';
import type { Pipeline } from './pipeline.ts';
import type { InputPlace } from './slots.ts';
import type { SnapshotSummary } from './types.ts';

export interface Cut {
  /** Released when the file is written. */
  readonly capture: Capture;
  readonly records: { readonly in: Record<string, number>; readonly out: Record<string, number> };
  /** By slot, with the stream that they belong to. */
  readonly positions: Record<string, Record<string, unknown>>;
  /** Makes what the outputs were given up to here survive. */
  readonly prepare: () => Promise<unknown>;
  /** Tells the outputs whether the snapshot exists now: what they were given after it goes no further before. */
  readonly settle: (isSaved: boolean) => Promise<unknown>;
}

/**
 * What belongs to one point of the input, taken together at a moment when no jet has a batch.
 * @param unread where inputs stand of which something has been read and not used yet: a run that goes on reads it again
 */
export function cutAt(capture: Capture, { inputs, outputs }: Pipeline, unread: ReadonlyMap<number, InputPlace>): Cut {
  const records = { in: {} as Record<string, number>, out: {} as Record<string, number> };
  const positions: Record<string, Record<string, unknown>> = {};
  for (const [slot, { counts, position: next, stream, isInline }] of inputs) {
    const { records: count, position } = unread.get(slot) ?? { records: counts.records, position: next };
    records.in[slot] = count;
    // Inline data are not known by a name.
    if (position !== null) positions[slot] = isInline ? { ...position } : { ...position, stream: stream.label };
  }
  const checkpoints: OutputCheckpoint[] = [];
  for (const [slot, { counts, stream }] of outputs) {
    records.out[slot] = counts.records;
    const { checkpoint, label } = stream;
    if (checkpoint === null) continue;
    positions[slot] = { ...checkpoint.position(), stream: label };
    checkpoints.push(checkpoint);
  }
  const prepare = () => Promise.all(checkpoints.map((checkpoint) => checkpoint.prepare()));
  const settle = (isSaved: boolean) => Promise.all(checkpoints.map((checkpoint) => checkpoint.settle?.(isSaved)));
  return { capture, records, positions, prepare, settle };
}

/** Writes a cut to the repository, under the name of the model, whole or not at all. */
export async function saveCut(
  { capture, records, positions, prepare, settle }: Cut,
  options: { repository: SnapshotRepository; model: string; trigger: string; misc?: string },
): Promise<SnapshotSummary> {
  const { repository, model, trigger, misc } = options;
  const id = newSnapshotId();
  const created = new Date();
  const header = { id, model, created: created.toISOString(), engine: release, trigger, records, positions };
  let isSaved = false;
  try {
    await prepare();
    const source = encodeSnapshot(misc === undefined ? header : { ...header, misc }, capture.slices());
    const saved = { model, ...(await repository.save(model, id, source, { created })) };
    isSaved = true;
    return saved;
  } finally {
    capture.release();
    await settle(isSaved);
  }
}
