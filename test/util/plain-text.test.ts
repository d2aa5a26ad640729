import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainText } from '../../src/util/plain-text.ts';

test('a text is plain when each of its bytes is, wherever it lies in memory', () => {
  const byte = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0x60, max: 0x70 }) },
    fc.integer({ min: 0, max: 0xff }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.array(byte, { maxLength: 24 }), (before, text) => {
      const bytes = Buffer.from([...before, ...text, 0]);
      const expected = /^[ !#-[\]-~]*$/.test(Buffer.from(text).toString('latin1'));
      expect(isPlainText(bytes, before.length, before.length + text.length)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('each byte is seen in each place of a word', () => {
  for (let byte = 0; byte < 256; byte++) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    for (let at = 0; at < 12; at++) {
      const bytes = Buffer.alloc(12, 'a').fill(byte, at, at + 1);
      expect(isPlainText(bytes, 0, 12), `byte ${byte} at ${at}`).toBe(isPlain);
    }
  }
});
