import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonEqual } from '../../src/util/json-equal.ts';
import { jsonText } from './json-text.ts';

describe('comparison of JSON texts', () => {
  test.each([
    ['6', '6.0'],
    ['6', '60e-1'],
    ['1e2', '100.00'],
    ['0', '-0.0'],
    ['0e5', '0'],
    ['0.001', '1E-3'],
    ['12345678901234567890', '12345678901234567890.0'],
    ['"é"', '"\\u00E9"'],
    ['{"a":1,"b":[2,{}]}', ' { "b" : [ 2.0 , { } ] , "a" : 1 } '],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"__proto__":1}', '{"__proto__":1.0}'],
    ['["\\\\",1]', '["\\u005c", 1]'],
  ])('%s equals %s', (left, right) => {
    expect(jsonEqual(left, right)).toBe(true);
    expect(jsonEqual(right, left)).toBe(true);
  });

  test.each([
    ['9007199254740992', '9007199254740993'],
    ['1e400', '1e401'],
    ['1', '-1'],
    ['1', '"1"'],
    ['1', '10'],
    ['[]', '{}'],
    ['[1,2]', '[2,1]'],
    ['[[1],2]', '[[1,2]]'],
    ['{"a":1}', '{"a":1,"b":null}'],
    ['{"a":"b"}', '{"b":"a"}'],
    ['null', 'false'],
    ['["a","b"]', '["a,b"]'],
    ['"6"', '"6.0"'],
  ])('%s does not equal %s', (left, right) => {
    expect(jsonEqual(left, right)).toBe(false);
    expect(jsonEqual(right, left)).toBe(false);
  });

  test('agrees with equality of the parsed values as far as doubles can tell', () => {
    const small = fc.json({ depthSize: 'small', noUnicodeString: false });
    fc.assert(
      fc.property(small, small, fc.boolean(), (left, other, same) => {
        const right = same ? reversed(left) : other;
        const expected = toComparable(left) === toComparable(right);
        expect(jsonEqual(left, right)).toBe(expected);
      }),
    );
  });

  test('finds any text equal to itself with other white space', () => {
    fc.assert(
      fc.property(jsonText(), (text) => {
        expect(jsonEqual(text, ` ${text}`)).toBe(true);
      }),
    );
  });

  test('takes very deep nesting', () => {
    const nested = (core: string) => '[{"a":'.repeat(50_000) + core + '}]'.repeat(50_000);
    expect(jsonEqual(nested('6'), nested('6.0'))).toBe(true);
    expect(jsonEqual(nested('6'), nested('7'))).toBe(false);
  });

  test('refuses what is not JSON', () => {
    expect(() => jsonEqual('1', '{')).toThrow(SyntaxError);
  });
});

function reversed(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
}

function toComparable(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? ['an object', ...Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))]
      : value,
  );
}
