import type { SnapshotRules } from './snapshot-rules.ts';
import { NO_SNAPSHOTS } from './snapshot-rules.ts';

/**
 * The slots of a model while its annotations are applied, from top to bottom:
 *
 * - Slots 0 and 1 are in use from the start; every input slot calls `action`; no schemas, no record sets.
 * - The later line wins, whatever its scope.
 * - A number puts its slot in use. `$all`, `$in` and `$out` put none in use; they set a property of all such slots,
 *   also of those that later lines put in use.
 * - Taking a slot out of use forgets what was said about it by number.
 */
export interface SlotDraft {
  /** What a slot begins with when it is put in use: the defaults and what wide scopes said so far. */
  readonly inputs: SlotProperties;
  readonly outputs: SlotProperties;
  readonly inUse: Map<number, SlotProperties>;
  snapshots: SnapshotRules;
  readonly attachedModules: Set<string>;
  readonly warnings: { readonly line: number; readonly text: string }[];
}

export interface SlotProperties {
  schema: string | null;
  recordsets: boolean;
  /** Without meaning for outputs. */
  action: string | null;
}

export type WideScope = '$all' | '$in' | '$out';
export type Scope = WideScope | number;

export function newSlotDraft(): SlotDraft {
  const properties = { schema: null, recordsets: false, action: 'action' };
  return {
    inputs: { ...properties },
    outputs: { ...properties },
    inUse: new Map([0, 1].map((slot) => [slot, { ...properties }])),
    snapshots: NO_SNAPSHOTS,
    attachedModules: new Set(),
    warnings: [],
  };
}

/** Sets properties of all slots in `scope`; puts a slot given by its number in use. */
export function setSlots(draft: SlotDraft, scope: Scope, change: Partial<SlotProperties>): void {
  if (typeof scope === 'number') {
    const properties = draft.inUse.get(scope) ?? { ...(isInputSlot(scope) ? draft.inputs : draft.outputs) };
    draft.inUse.set(scope, Object.assign(properties, change));
    return;
  }
  if (scope !== '$out') Object.assign(draft.inputs, change);
  if (scope !== '$in') Object.assign(draft.outputs, change);
  for (const [slot, properties] of draft.inUse) if (covers(scope, slot)) Object.assign(properties, change);
}

export function removeSlots(draft: SlotDraft, scope: Scope): void {
  for (const slot of draft.inUse.keys()) if (covers(scope, slot)) draft.inUse.delete(slot);
}

export function isInputSlot(slot: number): boolean {
  return slot % 2 === 0;
}

function covers(scope: Scope, slot: number): boolean {
  if (typeof scope === 'number') return scope === slot;
  return scope === '$all' || isInputSlot(slot) === (scope === '$in');
}
