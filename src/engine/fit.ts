import { FastScoreError } from '../core/errors.ts';
import type { LoadedModel } from './load-model.ts';
import type { Pipeline } from './pipeline.ts';

const HIGHEST_SLOT = 65_535;

/** @throws FastScoreError BAD_INPUT, BAD_DESCRIPTOR when a stream cannot go to `slot` of `model` */
export function assertSlotFits(slot: number, model: LoadedModel | null): void {
  if (!Number.isInteger(slot) || slot < 0 || slot > HIGHEST_SLOT) {
    throw new FastScoreError('BAD_INPUT', `Slot must be a number from 0 to ${HIGHEST_SLOT}, not ${slot}`);
  }
  if (model !== null && !uses(model, slot)) {
    throw new FastScoreError('BAD_DESCRIPTOR', `Model '${model.source.name}' does not use slot ${slot}`);
  }
}

/** @throws FastScoreError MODEL_INVALID when a stream is attached to a slot that `model` does not use */
export function assertModelFits(model: LoadedModel, pipeline: Pipeline): void {
  const surplus = pipeline.slots.find(({ attached }) => !uses(model, attached.slot));
  if (surplus === undefined) return;
  const { slot } = surplus.attached;
  throw new FastScoreError(
    'MODEL_INVALID',
    `A stream is attached to slot ${slot}, which model '${model.source.name}' does not use`,
    { hint: `fastscore stream detach ${slot}` },
  );
}

/** The first slot that `model` uses and that has no stream. */
export function missingStream({ info }: LoadedModel, pipeline: Pipeline): number | undefined {
  return info.slots.find(({ slot }) => pipeline.get(slot) === undefined)?.slot;
}

const uses = ({ info }: LoadedModel, slot: number): boolean => info.slots.some((used) => used.slot === slot);
