import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDisposition, parseDisposition } from '../../src/api/disposition.ts';

describe('Content-Disposition', () => {
  test.each([
    ['x-model; name="auto_gbm"', 'x-model', 'auto_gbm'],
    ['X-Model; name=plain', 'x-model', 'plain'],
    ['attachment; filename="a b.zip"', 'attachment', 'a b.zip'],
    ['x-stream; name="with "quotes" inside"', 'x-stream', 'with "quotes" inside'],
    ['x-stream; name="semi;colon"', 'x-stream', 'semi;colon'],
    ["attachment; filename*=UTF-8''%E6%97%A5.zip", 'attachment', '\u65e5.zip'],
    ['inline', 'inline', null],
    ['', '', null],
    ['x-model; name="caf\u00e9"', 'x-model', 'caf\u00e9'],
  ])('%j is of kind %j and names %j', (header, kind, name) => {
    expect(parseDisposition(header)).toEqual({ kind, name });
  });

  test('control characters cannot break out of the header', () => {
    expect(formatDisposition('x-stream', 'a\r\nSet-Cookie: b')).toBe("x-stream; name*=UTF-8''a%0D%0ASet-Cookie%3A%20b");
  });

  test('any name comes back as it was, and the header is ASCII', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(name, (text) => {
        const header = formatDisposition('x-model', text);
        expect(header).toMatch(/^[ -~]*$/);
        expect(parseDisposition(header)).toEqual({ kind: 'x-model', name: text });
      }),
    );
  });
});
