import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertName, isName } from '../../src/catalog/names.ts';
import { decodeFileName, encodeFileName } from '../../src/util/file-names.ts';
import { failureOf } from '../model/failure-of.ts';
import { anyUnit } from '../util/any-unit.ts';

test.each([
  'gain',
  'my model',
  'team/gain',
  '/a//b/',
  'größe 模型 😀',
  '-rf',
  '; $(reboot) `x` "y"',
  'a%2e%2e%2fb',
  '...',
  '.hidden',
  'a..b',
  'CON',
  '\u200fabc',
  'x'.repeat(239),
])('%j is a name', (name) => {
  assertName('model', name);
  expect(isName(name)).toBe(true);
});

test.each([
  ['', 'is empty'],
  ['  \u00a0', 'is empty'],
  ['.', "has a part '.' or '..'"],
  ['..', "has a part '.' or '..'"],
  ['../x', "has a part '.' or '..'"],
  ['a/./b', "has a part '.' or '..'"],
  ['a/..', "has a part '.' or '..'"],
  ['..\\x', "has a part '.' or '..'"],
  ['a\nb', 'has a control character'],
  ['a\u0000', 'has a control character'],
  ['\u001b[31m', 'has a control character'],
  ['a\u2028b', 'has a control character'],
  ['a\ud800', 'has half of a character'],
  ['x'.repeat(300), 'is too long'],
  ['x'.repeat(240), 'is too long'],
  ['模'.repeat(27), 'is too long'],
  ['x'.repeat(10_000_000), 'is too long'],
])('%j is refused with the rule', (name, flaw) => {
  const failure = failureOf(() => assertName('stream', name));
  expect(failure.code).toBe('BAD_NAME');
  expect(failure.message).toMatch(new RegExp(`^'.*' is no name for a stream: it ${flaw}$`, 'u'));
  expect(failure.message.length).toBeLessThan(150);
  expect(failure.hint).toMatch(/^A name /);
  expect(isName(name)).toBe(false);
});

test('property: a name becomes a file name without a way out of its folder, and back', () => {
  const text = fc.oneof(
    fc.string({ unit: anyUnit, maxLength: 60 }),
    fc
      .array(fc.constantFrom('.', '..', '/', '\\', '%', '%2F', 'a', ' ', '\u0000'), { maxLength: 8 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (name) => {
      if (!isName(name)) return;
      const file = encodeFileName(name);
      expect(file).toMatch(/^[\w%-][\w.%-]*$/);
      expect(file.length).toBeLessThanOrEqual(239);
      expect(decodeFileName(file)).toBe(name);
    }),
    { numRuns: 1000 },
  );
});
