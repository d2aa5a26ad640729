import type { LoadedModel } from './load-model.ts';

/** Whether `model` is given the batches of an input slot whole. Explicit models always are. */
export function takesRecordSets({ info }: LoadedModel, slot: number): boolean {
  return info.explicit || info.slots.some((used) => used.slot === slot && used.recordsets);
}
