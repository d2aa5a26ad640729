import { expect, test } from 'vitest';
import { describeModel } from '../../src/model/describe.ts';
import { slipsOf } from '../../src/model/slips.ts';
import type { CheckedSource } from '../../src/model/source-check.ts';

const nothing: CheckedSource = {
  ok: true,
  functions: {},
  assigned: [],
  imports: [],
  missing: [],
  guarded: [],
  silent: {},
  changedCopies: [],
};
const describe = (source: string, type: 'python' | 'R' = 'python') => describeModel(Buffer.from(source), type);

test('a value that an action gives to nobody is told, unless no output is in use', () => {
  const check = { ...nothing, silent: { action: 3, helper: 7 } };
  expect(slipsOf(describe('x'), check)).toEqual([
    "Line 3 computes a value that goes nowhere: action 'action' yields nothing",
  ]);
  expect(slipsOf(describe('x', 'R'), check)).toEqual([
    "Line 3: action 'action' emits nothing, and what it returns is ignored: say emit(value)",
  ]);
  expect(slipsOf(describe('# fastscore.slot.1: unused'), check)).toEqual([]);
  expect(slipsOf(describe('# fastscore.action: other'), check)).toEqual([]);
});

test('a program that has nothing to do with slots is told that its functions are not called', () => {
  const explicit = '# fastscore.action: none';
  expect(slipsOf(describe(explicit), nothing)).toEqual([
    'A model with "action: none" is a program whose begin, action and end are not called, and this one reads and writes no slot: "from fastscore.io import Slot"',
  ]);
  for (const name of ['fastscore', 'fastscore.io']) {
    expect(slipsOf(describe(explicit), { ...nothing, imports: ['json', name] })).toEqual([]);
  }
  expect(slipsOf(describe(explicit, 'R'), nothing)).toEqual([]);
});

test('a change of a copy is told in any model', () => {
  expect(slipsOf(describe('# fastscore.slot.1: unused'), { ...nothing, changedCopies: [4] })).toEqual([
    'Line 4 changes a copy: what a cell or pool holds is changed by set and update alone',
  ]);
});
