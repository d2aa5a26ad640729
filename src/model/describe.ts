import { parseAnnotations } from './annotations.ts';
import type { Language } from './language.ts';
import { languageOf } from './language.ts';
import type { SlotPlan } from './slots.ts';
import { planSlots } from './slots.ts';
import { countLines, decodeSource } from './source.ts';
import type { ModelType } from './types.ts';

/** What a model source says about itself, before any interpreter has seen it. */
export interface ModelInfo extends SlotPlan {
  readonly mtype: ModelType;
  readonly language: Language;
  /** Lines of source. */
  readonly sloc: number;
}

/** @throws FastScoreError MODEL_TYPE_UNSUPPORTED for a type that no jet runs, MODEL_INVALID for what the source says wrongly */
export function describeModel(source: Uint8Array, mtype: ModelType): ModelInfo {
  const language = languageOf(mtype);
  const plan = planSlots(parseAnnotations(decodeSource(source)));
  return { mtype, language, sloc: countLines(source), ...plan };
}
