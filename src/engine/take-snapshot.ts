import { newSnapshotId } from '../core/snapshot/id.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import { encodeSnapshot } from '../core/snapshot/write.ts';
import type { Capture } from '../core/state/capture.ts';
import { release } from '../util/release.ts';
import type { Pipeline } from './pipeline.ts';
import type { SnapshotSummary } from './types.ts';

export interface Cut {
  /** Released when the file is written. */
  readonly capture: Capture;
  readonly records: { readonly in: Record<string, number>; readonly out: Record<string, number> };
  readonly positions: Record<string, Record<string, unknown>>;
}

/** What belongs to one point of the input, taken together at a moment when no jet has a batch. */
export function cutAt(capture: Capture, { inputs, outputs }: Pipeline): Cut {
  const records = { in: {} as Record<string, number>, out: {} as Record<string, number> };
  const positions: Record<string, Record<string, unknown>> = {};
  for (const [slot, { counts, position }] of inputs) {
    records.in[slot] = counts.records;
    if (position !== null) positions[slot] = { ...position };
  }
  for (const [slot, { counts }] of outputs) records.out[slot] = counts.records;
  return { capture, records, positions };
}

/** Writes a cut to the repository, under the name of the model, whole or not at all. */
export async function saveCut(
  { capture, records, positions }: Cut,
  options: { repository: SnapshotRepository; model: string; trigger: string; misc?: string },
): Promise<SnapshotSummary> {
  const { repository, model, trigger, misc } = options;
  const id = newSnapshotId();
  const created = new Date();
  const header = { id, model, created: created.toISOString(), engine: release, trigger, records, positions };
  try {
    const source = encodeSnapshot(misc === undefined ? header : { ...header, misc }, capture.slices());
    return { model, ...(await repository.save(model, id, source, { created })) };
  } finally {
    capture.release();
  }
}
