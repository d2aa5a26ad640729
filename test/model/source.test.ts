import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countLines, decodeSource } from '../../src/model/source.ts';
import { failureOf } from './failure-of.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

describe('a source', () => {
  test('is UTF-8 text, without its byte order mark', () => {
    expect(decodeSource(bytes('# gr\u00fc\u00dfe \u262e\r\n'))).toBe('# gr\u00fc\u00dfe \u262e\r\n');
    expect(decodeSource(bytes('\uFEFFx'))).toBe('x');
    expect(decodeSource(new Uint8Array(bytes('..x..')).subarray(2, 3))).toBe('x');
  });

  test('in an 8-bit encoding is read byte by character', () => {
    expect(decodeSource(bytes('# caf\u00e9', 'latin1'))).toBe('# caf\u00e9');
  });

  test('keeps its ASCII lines, whatever the other bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 40 }), (others) => {
        const source = Buffer.concat([Buffer.from(others), bytes('\n# fastscore.slot.3: in-use\n')]);
        expect(decodeSource(source).split('\n')).toContain('# fastscore.slot.3: in-use');
      }),
    );
  });

  test.each(['', ' \n\t\n', '\uFEFF'])('%j is refused as empty', (text) => {
    expect(failureOf(() => decodeSource(bytes(text)))).toMatchObject({
      code: 'MODEL_INVALID',
      message: 'The source is empty',
    });
  });

  test('that is binary, or UTF-16, is refused with the place of its first zero byte', () => {
    expect(failureOf(() => decodeSource(bytes('# abc\n', 'utf16le')))).toMatchObject({
      code: 'MODEL_INVALID',
      message: 'The source is not a text file: there is a zero byte at offset 1',
      hint: 'Save it as UTF-8 text',
    });
  });

  test('has as many lines as newlines', () => {
    const counts = ['', 'a', 'a\n', '\n\n', 'a\r\nb\r\nc'].map((text) => countLines(bytes(text)));
    expect(counts).toEqual([0, 0, 1, 2, 2]);
  });
});
