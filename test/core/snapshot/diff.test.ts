import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffEntries, sharedLanguage } from '../../../src/core/snapshot/diff.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, compareKeys, itemKey, keyId } from '../../../src/core/state/key.ts';
import type { NativeLanguage, StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { states } from './samples.ts';

const native = (language: NativeLanguage, bytes: string, json: string | null = null): StateValue => ({
  json,
  native: { language, data: Buffer.from(bytes) },
});

/** The kinds of difference between two values of one cell. */
const kinds = (before: StateValue, after: StateValue) =>
  diffEntries([[cellKey('a'), before]], [[cellKey('a'), after]]).map(({ kind }) => kind);

describe('the differences of two snapshots', () => {
  test('are what was added, removed and changed, in the order of keys', () => {
    const [one, two] = [jsonValue('1'), jsonValue('2')];
    const before: Entry[] = [
      [itemKey('p', 'gone'), one],
      [cellKey('same'), one],
      [cellKey('changed'), one],
    ];
    const after: Entry[] = [
      [itemKey('p', 'new'), two],
      [cellKey('changed'), two],
      [cellKey('same'), one],
    ];
    expect(diffEntries(before, after)).toEqual([
      { kind: 'changed', key: cellKey('changed'), before: one, after: two },
      { kind: 'removed', key: itemKey('p', 'gone'), before: one, after: null },
      { kind: 'added', key: itemKey('p', 'new'), before: null, after: two },
    ]);
  });

  test.each([
    ['6', '6.0'],
    ['{"a":1,"b":2}', '{ "b": 2, "a": 1 }'],
    ['"\\u0061"', '"a"'],
    ['12345678901234567890', '12345678901234567890.0'],
  ])('are none between %s and %s', (left, right) => {
    expect(kinds(jsonValue(left), jsonValue(right))).toEqual([]);
    expect(kinds(native('python', 'x', left), native('R', 'y', right))).toEqual([]);
  });

  test.each([
    ['12345678901234567890', '12345678901234567891'],
    ['[1,2]', '[2,1]'],
    ['null', '0'],
    ['"1"', '1'],
  ])('are one between %s and %s', (left, right) => {
    expect(kinds(jsonValue(left), jsonValue(right))).toEqual(['changed']);
  });

  test('of values that only their language can read are told by their bytes', () => {
    expect(kinds(native('python', 'x'), native('python', 'x'))).toEqual([]);
    expect(kinds(native('python', 'x'), native('python', 'y'))).toEqual(['changed']);
    expect(kinds(native('python', 'x'), native('R', 'x'))).toEqual(['changed']);
    expect(kinds(native('python', 'x'), jsonValue('1'))).toEqual(['changed']);
    expect(kinds(jsonValue('1'), native('python', 'x'))).toEqual(['changed']);
  });

  test('of values of one language are told by their bytes, whatever people can read of them', () => {
    expect(kinds(native('python', 'x', '[1]'), native('python', 'x', '[1]'))).toEqual([]);
    expect(kinds(native('python', 'x', '[1]'), native('python', 'y', '[1]'))).toEqual(['changed']);
  });

  test('are for their language to judge where people can read no difference', () => {
    const asked = (before: StateValue, after: StateValue) =>
      diffEntries([[cellKey('a'), before]], [[cellKey('a'), after]]).map(sharedLanguage);
    expect(asked(native('python', 'x'), native('python', 'y'))).toEqual(['python']);
    expect(asked(native('R', 'x', '[1]'), native('R', 'y', '[1.0]'))).toEqual(['R']);
    expect(asked(native('R', 'x', '[1]'), native('R', 'y', '[2]'))).toEqual([null]);
    expect(asked(native('R', 'x'), native('python', 'y'))).toEqual([null]);
    expect(asked(native('R', 'x'), jsonValue('1'))).toEqual([null]);
  });

  test('lead from one to the other', () => {
    fc.assert(
      fc.property(states(), states(), (before, after) => {
        const result = new Map(before.map((entry) => [keyId(entry[0]), entry]));
        for (const { kind, key, after: value } of diffEntries(before, after)) {
          if (kind === 'removed') result.delete(keyId(key));
          else result.set(keyId(key), [key, value]);
        }
        const sorted = [...result.values()].sort(([left], [right]) => compareKeys(left, right));
        expect(sorted.map(([key]) => key)).toEqual(after.map(([key]) => key));
        expect(diffEntries(sorted, after)).toEqual([]);
        expect(diffEntries(after, after)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
