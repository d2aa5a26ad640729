import { FastScoreError } from '../core/errors.ts';
import { applyAnnotation, warnOfLookalike } from './annotation-effects.ts';
import type { ParsedAnnotations } from './annotations.ts';
import type { SlotDraft, SlotProperties } from './slot-draft.ts';
import { isInputSlot, newSlotDraft } from './slot-draft.ts';
import type { SnapshotRules } from './snapshot-rules.ts';

export interface ModelSlot {
  readonly slot: number;
  /** Name of the schema, null for an untyped slot. */
  readonly schema: string | null;
  readonly recordsets: boolean;
  /** Name of the callback; null for output slots and for inputs of an explicit model. */
  readonly action: string | null;
}

export interface SlotPlan {
  /** The slots in use, in the order of their numbers. */
  readonly slots: readonly ModelSlot[];
  /** No input has a callback: the module body is the program and reads the slots itself. */
  readonly explicit: boolean;
  readonly snapshots: SnapshotRules;
  /** Modules that come with an attachment, in the order of their lines. */
  readonly attachedModules: readonly string[];
  /** Sentences about lines that were probably meant otherwise, in the order of the lines. */
  readonly warnings: readonly string[];
}

/**
 * What the annotations of a model make of its slots; `slot-draft.ts` tells the rules.
 * @throws FastScoreError MODEL_INVALID, with the line where one is at fault
 */
export function planSlots({ annotations, lookalikes }: ParsedAnnotations): SlotPlan {
  const draft = newSlotDraft();
  for (const annotation of annotations) applyAnnotation(annotation, draft);
  for (const lookalike of lookalikes) warnOfLookalike(lookalike, draft);
  const slots = [...draft.inUse].sort(([a], [b]) => a - b).map(([slot, properties]) => describeSlot(slot, properties));
  return {
    slots,
    explicit: isExplicit(slots, draft),
    snapshots: draft.snapshots,
    attachedModules: [...draft.attachedModules],
    warnings: draft.warnings.sort((a, b) => a.line - b.line).map(({ line, text }) => `Line ${line} ${text}`),
  };
}

function describeSlot(slot: number, { schema, recordsets, action }: SlotProperties): ModelSlot {
  return { slot, schema, recordsets, action: isInputSlot(slot) ? action : null };
}

function isExplicit(slots: readonly ModelSlot[], draft: SlotDraft): boolean {
  const inputs = slots.filter(({ slot }) => isInputSlot(slot));
  if (inputs.length === 0) {
    if (draft.inputs.action === null) return true;
    throw new FastScoreError('MODEL_INVALID', 'The model uses no input slot, so nothing would ever call its action', {
      hint: 'Use an input with "# fastscore.slot.0: in-use", or say "# fastscore.action: none" in a model without callbacks',
    });
  }
  const called = inputs.find(({ action }) => action !== null);
  const silent = inputs.find(({ action }) => action === null);
  if (called === undefined || silent === undefined) return called === undefined;
  throw new FastScoreError(
    'MODEL_INVALID',
    `Input slot ${called.slot} calls '${called.action}' and input slot ${silent.slot} calls nothing: all inputs in use have an action, or none has`,
    { hint: `Write "# fastscore.action.${silent.slot}: FUNCTION", or "# fastscore.slot.${silent.slot}: unused"` },
  );
}
