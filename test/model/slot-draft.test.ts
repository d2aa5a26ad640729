import { expect, test } from 'vitest';
import { isInputSlot, newSlotDraft, removeSlots, setSlots } from '../../src/model/slot-draft.ts';

const slots = (draft = newSlotDraft()) => [...draft.inUse.keys()].sort((a, b) => a - b);

test('a draft begins with slots 0 and 1, and shares nothing with another', () => {
  const draft = newSlotDraft();
  expect(slots(draft)).toEqual([0, 1]);
  expect(draft.inUse.get(0)).toEqual({ schema: null, recordsets: false, action: 'action' });
  setSlots(draft, '$all', { schema: 'x' });
  expect(newSlotDraft().inUse.get(0)?.schema).toBeNull();
});

test('a number puts its slot in use, with what wide scopes said before', () => {
  const draft = newSlotDraft();
  setSlots(draft, '$in', { action: 'f' });
  setSlots(draft, '$out', { recordsets: true });
  setSlots(draft, 2, { schema: 'x' });
  setSlots(draft, 3, {});
  expect(slots(draft)).toEqual([0, 1, 2, 3]);
  expect(draft.inUse.get(2)).toEqual({ schema: 'x', recordsets: false, action: 'f' });
  expect(draft.inUse.get(3)).toMatchObject({ schema: null, recordsets: true });
});

test('what is set for one slot holds for no other', () => {
  const draft = newSlotDraft();
  setSlots(draft, 0, { schema: 'x' });
  setSlots(draft, 2, {});
  expect(draft.inUse.get(2)?.schema).toBeNull();
});

test.each([
  ['$all', []],
  ['$in', [1, 3]],
  ['$out', [0, 2]],
  [2, [0, 1, 3]],
  [4, [0, 1, 2, 3]],
] as const)('%s taken out of use leaves the slots %j', (scope, left) => {
  const draft = newSlotDraft();
  for (const slot of [2, 3]) setSlots(draft, slot, {});
  removeSlots(draft, scope);
  expect(slots(draft)).toEqual(left);
});

test('even slots are inputs', () => {
  expect([0, 1, 2, 65_535].map(isInputSlot)).toEqual([true, false, true, false]);
});
