import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFileName, encodeFileName } from '../../src/util/file-names.ts';
import { anyUnit } from './any-unit.ts';

describe('file names', () => {
  test.each([
    ['tally', 'tally'],
    ['My model-2.py', 'My%20model-2.py'],
    ['a/b', 'a%2Fb'],
    ['.', '%2E'],
    ['..', '%2E.'],
    ['.hidden', '%2Ehidden'],
    ['50%', '50%25'],
    ['größe', 'gr%C3%B6%C3%9Fe'],
    ['a\0b', 'a%00b'],
    ['__proto__', '__proto__'],
  ])('%j is written %s', (name, fileName) => {
    expect(encodeFileName(name)).toBe(fileName);
    expect(decodeFileName(fileName)).toBe(name);
  });

  test('are safe, and lead back to their names', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyUnit, minLength: 1, maxLength: 20 }), (name) => {
        fc.pre(!/\p{Surrogate}/u.test(name));
        const fileName = encodeFileName(name);
        expect(fileName).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/);
        expect(decodeFileName(fileName)).toBe(name);
      }),
    );
  });

  test.each(['%2f', '%41', 'a b', '.x', '%', '%ff', ''])('%j is not one of ours', (fileName) => {
    expect(decodeFileName(fileName)).toBeUndefined();
  });

  test('refuse what no file can be called', () => {
    expect(() => encodeFileName('')).toThrow('must not be empty');
    expect(() => encodeFileName('\ud800')).toThrow('valid Unicode');
    expect(() => encodeFileName('x'.repeat(300))).toThrow('may take 255 bytes as a file name, this one takes 300');
    expect(() => encodeFileName('é'.repeat(50))).toThrow('takes 300');
    expect(encodeFileName('x'.repeat(255))).toHaveLength(255);
  });
});
