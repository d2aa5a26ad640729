import { FastScoreError } from '../core/errors.ts';
import { nearestName } from '../util/nearest-name.ts';
import type { Annotation } from './annotations.ts';
import { quoteLine } from './quote-line.ts';
import type { Scope, SlotDraft, WideScope } from './slot-draft.ts';
import { isInputSlot, removeSlots, setSlots } from './slot-draft.ts';
import { parseSnapshotRules } from './snapshot-rules.ts';

/**
 * Changes `draft` as one annotation says. Unknown tags change nothing; they leave a warning.
 * @throws FastScoreError MODEL_INVALID with line, text and the valid form
 */
export function applyAnnotation(annotation: Annotation, draft: SlotDraft): void {
  const { line, text, tag, scope } = annotation;
  const effect = EFFECTS.get(tag);
  if (effect !== undefined && (scope === null || effect.defaultScope !== null)) {
    effect.apply(annotation, draft);
    return;
  }
  const near = effect === undefined ? nearestName(tag, [...EFFECTS.keys()]) : tag;
  const advice = near === undefined ? '' : `; did you mean "${formOf(near)}"?`;
  draft.warnings.push({ line, text: `is ignored, its tag is unknown: ${quoteLine(text)}${advice}` });
}

/** Warns of a comment that is no annotation although it begins like one with a known tag. */
export function warnOfLookalike(
  { line, text, tag }: Pick<Annotation, 'line' | 'text' | 'tag'>,
  draft: SlotDraft,
): void {
  if (!EFFECTS.has(tag)) return;
  draft.warnings.push({
    line,
    text: `is ignored, it is not an annotation: ${quoteLine(text)}; the form is "${formOf(tag)}"`,
  });
}

interface Effect {
  /** Scope where the line has none; null for a tag that takes no scope. */
  readonly defaultScope: WideScope | null;
  /** A line with this tag as it should be. */
  readonly form: string;
  apply(annotation: Annotation, draft: SlotDraft): void;
}

const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['schema', { defaultScope: '$all', form: 'schema.0: NAME', apply: applySchema }],
  ['recordsets', { defaultScope: '$all', form: 'recordsets.0: yes', apply: applyRecordsets }],
  ['action', { defaultScope: '$in', form: 'action.0: FUNCTION', apply: applyAction }],
  ['slot', { defaultScope: '$all', form: 'slot.3: in-use', apply: applySlot }],
  ['snapshots', { defaultScope: null, form: 'snapshots: eof', apply: applySnapshots }],
  ['module-attached', { defaultScope: null, form: 'module-attached: NAME', apply: applyModuleAttached }],
  ['input', { defaultScope: null, form: 'input: SCHEMA', apply: applyInput }],
  ['output', { defaultScope: null, form: 'output: SCHEMA', apply: applyOutput }],
]);

function applySchema(annotation: Annotation, draft: SlotDraft): void {
  setSlots(draft, readScope(annotation, draft), { schema: annotation.value });
}

function applyInput({ value }: Annotation, draft: SlotDraft): void {
  setSlots(draft, 0, { schema: value });
}

function applyOutput({ value }: Annotation, draft: SlotDraft): void {
  setSlots(draft, 1, { schema: value });
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** From before slots had numbers: one line without scope that says which of the slots 0 and 1 use record sets. */
const SIDES: ReadonlyMap<string, readonly [input: boolean, output: boolean]> = new Map([
  ['none', [false, false]],
  ['input', [true, false]],
  ['output', [false, true]],
  ['both', [true, true]],
]);

function applyRecordsets(annotation: Annotation, draft: SlotDraft): void {
  const { value, scope } = annotation;
  const flag = FLAGS.get(value);
  if (flag !== undefined) {
    setSlots(draft, readScope(annotation, draft), { recordsets: flag });
    return;
  }
  const sides = SIDES.get(value);
  if (sides === undefined) throw invalid(annotation, 'record sets are true, yes, false or no');
  if (scope !== null) throw invalid(annotation, `invalid scope, '${value}' speaks of slots 0 and 1 and takes none`);
  setSlots(draft, 0, { recordsets: sides[0] });
  setSlots(draft, 1, { recordsets: sides[1] });
}

function applyAction(annotation: Annotation, draft: SlotDraft): void {
  const scope = readScope(annotation, draft);
  if (scope === '$all' || scope === '$out' || (typeof scope === 'number' && !isInputSlot(scope))) {
    throw invalid(annotation, 'only input slots (0, 2, 4, ...) have an action');
  }
  const { value } = annotation;
  setSlots(draft, scope, { action: value === 'none' || value === 'unused' ? null : value });
}

function applySlot(annotation: Annotation, draft: SlotDraft): void {
  const scope = readScope(annotation, draft);
  if (annotation.value === 'unused') {
    removeSlots(draft, scope);
  } else if (annotation.value !== 'in-use') {
    throw invalid(annotation, 'a slot is in-use or unused');
  } else if (typeof scope === 'number') {
    setSlots(draft, scope, {});
  } else {
    throw invalid(annotation, `slots are put in use by number, not by ${scope}`);
  }
}

function applySnapshots(annotation: Annotation, draft: SlotDraft): void {
  const rules = parseSnapshotRules(annotation.value);
  if (typeof rules === 'string') throw invalid(annotation, rules);
  draft.snapshots = rules;
}

function applyModuleAttached({ value }: Annotation, draft: SlotDraft): void {
  draft.attachedModules.add(value);
}

const MAX_SLOT = 65_535;

function readScope(annotation: Annotation, draft: SlotDraft): Scope {
  const { line } = annotation;
  const scope = annotation.scope ?? EFFECTS.get(annotation.tag)?.defaultScope ?? '$all';
  if (scope === '$all' || scope === '$in' || scope === '$out') return scope;
  if (scope === '$input' || scope === '$output') {
    const meant = scope === '$input' ? '$in' : '$out';
    draft.warnings.push({ line, text: `says ${scope}, which is read as ${meant}` });
    return meant;
  }
  if (/^\d+$/.test(scope) && Number(scope) <= MAX_SLOT) return Number(scope);
  if (/^[-+]?\d*$/.test(scope)) throw invalid(annotation, `slots are numbered 0 to ${MAX_SLOT}`);
  if (scope.startsWith('$')) throw invalid(annotation, 'the scopes are a slot number, $all, $in and $out');
  throw invalid(annotation, 'named slots are not supported');
}

function invalid(annotation: Annotation, reason: string): FastScoreError {
  const { line, text, tag } = annotation;
  return new FastScoreError('MODEL_INVALID', `Line ${line}: ${reason}: ${quoteLine(text)}`, {
    hint: `The form is "${formOf(tag)}"`,
    details: { line, text },
  });
}

const formOf = (tag: string): string => `# fastscore.${EFFECTS.get(tag)?.form}`;
