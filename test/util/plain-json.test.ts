import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/util/canonical-json.ts';
import { endOfPlainJson } from '../../src/util/plain-json.ts';
import { jsonText } from './json-text.ts';

const endIn = (text: string, at = 0) => endOfPlainJson(Buffer.from(text, 'latin1'), at, text.length);
const canonical = (json: string) => [...canonicalJson(json)].join('');

describe('plain JSON', () => {
  test('has an end where its text ends, whatever follows', () => {
    fc.assert(
      fc.property(jsonText().map(canonical), fc.constantFrom('', '}', '}\n', ']', ' ', ',1'), (json, rest) => {
        fc.pre(!json.includes('\\'));
        expect(endIn(`<${json}${rest}`, 1)).toBe(json.length + 1);
      }),
    );
  });

  test('is nothing that a writer would spell in another way', () => {
    fc.assert(
      fc.property(jsonText(), (json) => {
        const end = endOfPlainJson(Buffer.from(json), 0, Buffer.byteLength(json));
        if (end === json.length) expect(canonical(json)).toBe(json);
      }),
    );
  });

  test('is nothing that is no JSON', () => {
    const spoilt = fc
      .tuple(jsonText().map(canonical), fc.nat(), fc.stringMatching(/^[ -~]$/))
      .map(([json, at, unit]) => {
        const place = at % json.length;
        return json.slice(0, place) + unit + json.slice(place + 1);
      });
    fc.assert(
      fc.property(spoilt, (text) => {
        const end = endIn(text);
        if (end < 0) return;
        const json = text.slice(0, end);
        expect(() => JSON.parse(json)).not.toThrow();
        expect(canonical(json)).toBe(json);
      }),
    );
  });

  test.each([
    ['', -1],
    ['"a', -1],
    ['"a\\n"', -1],
    ['"\x7f"', -1],
    ['-', -1],
    ['01', 1],
    ['1.', -1],
    ['1e', -1],
    ['-0.50e+7}', 8],
    ['tru', -1],
    ['nullx', 4],
    ['[]', 2],
    ['{}', 2],
    ['[1,]', -1],
    ['[1 ,2]', -1],
    ['{"a":1,"b":[{"c":"d"},null]}}', 28],
    ['{"a"}', -1],
    ['{"a":1]', -1],
    ['[1}', -1],
    ['{1:2}', -1],
  ])('%j ends at %i', (text, end) => {
    expect(endIn(text)).toBe(end);
  });

  test('has a limit to its depth, beyond which nothing is said about it', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(endIn(nested(20))).toBe(40);
    expect(endIn(nested(1_000))).toBe(-1);
  });

  test('does not end behind the bytes that belong to it', () => {
    for (const text of ['"abc"', '123', '[1,2]', 'true']) {
      for (let end = 0; end < text.length; end++) {
        expect(endOfPlainJson(Buffer.from(text), 0, end)).toBeLessThanOrEqual(end);
      }
    }
  });
});
