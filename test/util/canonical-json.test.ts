import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asciiJson, asciiString, canonicalJson, isCanonicalScalar } from '../../src/util/canonical-json.ts';
import { anyUnit } from './any-unit.ts';
import { jsonText } from './json-text.ts';

const canonical = (text: string) => [...canonicalJson(text)].join('');

describe('canonical JSON', () => {
  test.each([
    ['6', '6'],
    ['6.0', '6.0'],
    [' -0.50E+07\n', '-0.50E+07'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['[ 1 ,\t2 ]', '[1,2]'],
    ['{ "b" : [ ] , "a" : { } }', '{"b":[],"a":{}}'],
    ['"a b"', '"a b"'],
    ['"é"', '"\\u00e9"'],
    ['"\\u00E9"', '"\\u00e9"'],
    ['"\\u0041\\/"', '"A/"'],
    ['"\\u000a\\u0022\\u005C\\u007f"', '"\\n\\"\\\\\\u007f"'],
    ['"😀"', '"\\ud83d\\ude00"'],
    ['"\\uD83D"', '"\\ud83d"'],
    ['[true,false,null]', '[true,false,null]'],
  ])('%s becomes %s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });

  test('says the same in ASCII, with every number as it was written', () => {
    fc.assert(
      fc.property(jsonText(), (text) => {
        const result = canonical(text);
        expect(JSON.parse(result)).toEqual(JSON.parse(text));
        expect(result).toMatch(/^[ -~]*$/);
        expect(canonical(result)).toBe(result);
        expect(numbersOf(result)).toEqual(numbersOf(text));
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on where a text is cut into pieces', () => {
    fc.assert(
      fc.property(jsonText(), fc.nat(40), (text, before) => {
        expect(canonical(' '.repeat(32_768 - Math.min(before, text.length)) + text)).toBe(canonical(text));
      }),
      { numRuns: 200 },
    );
  });

  test('takes exactly what JSON.parse takes', () => {
    const mutated = fc
      .tuple(
        jsonText(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '\\', '0', '-', '.', 'e', ']', '}', ':', ' ', '\n', 'u'),
      )
      .map(
        ([text, at, piece]) => text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1),
      );
    fc.assert(
      fc.property(mutated, (text) => {
        expect(accepts(() => canonical(text))).toBe(accepts(() => JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '',
    '  ',
    '01',
    '1.',
    '-',
    '.5',
    '1e',
    '+1',
    'tru',
    'NaN',
    '"',
    '"\\x"',
    '"\\u00g0"',
    '"\t"',
    '[1,]',
    '{"a"}',
    '{1:2}',
    '1 2',
    '[',
    ']',
  ])('refuses %j', (text) => {
    expect(() => canonical(text)).toThrow(SyntaxError);
  });

  test('names what is wrong and where', () => {
    expect(() => canonical('[1,NaN]')).toThrow('JSON text has an unexpected "N" at position 3');
    expect(() => canonical('[1,')).toThrow('JSON text ends too early, at position 3');
  });

  test('scalars that need no look are those that stay as they are, and strings are spelled the same', () => {
    fc.assert(
      fc.property(fc.oneof(jsonText(), fc.json(), fc.double().map(String), fc.string()), (text) => {
        if (isCanonicalScalar(text)) expect([...canonicalJson(text)].join('')).toBe(text);
        expect(asciiString(text)).toBe(asciiJson(text));
      }),
    );
    for (const text of ['"a b"', '-1.50e+7', '0', 'true', 'null']) expect(isCanonicalScalar(text)).toBe(true);
    for (const text of ['', '01', '"\\n"', '"é"', '"\u007f"', '[1]', '"a', 'nul', '1 ']) {
      expect(isCanonicalScalar(text)).toBe(false);
    }
  });

  test('takes very deep nesting', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(canonical(deep)).toBe(deep);
  });

  test('spells a string as asciiJson does', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyUnit }), (text) => {
        expect(canonical(JSON.stringify(text))).toBe(asciiJson(text));
      }),
    );
  });
});

function numbersOf(text: string): string[] {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/-?\d[\d.eE+-]*/g) ?? [];
}

function accepts(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
