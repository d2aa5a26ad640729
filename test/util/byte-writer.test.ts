import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/util/byte-writer.ts';

test('bytes come out as they were written, whatever room there was', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 80 });
  fc.assert(
    fc.property(fc.array(text), fc.nat(200), (texts, expected) => {
      const out = new ByteWriter(expected);
      for (const one of texts) {
        out.utf8(one);
        const bytes = Buffer.from(`[${one}]`);
        out.copy(bytes, 1, bytes.length - 1);
        out.byte(0);
        out.doubleLE(bytes.length);
      }
      const whole = Buffer.concat(
        texts.map((one) => {
          const double = Buffer.alloc(8);
          double.writeDoubleLE(Buffer.byteLength(one) + 2);
          return Buffer.concat([Buffer.from(`${one}${one}\0`), double]);
        }),
      );
      expect(out.data).toEqual(whole);
      expect(out.size).toBe(whole.length);
    }),
  );
});

test('what was written can be moved up, replaced and taken back', () => {
  const out = new ByteWriter(0);
  out.ascii('x'.repeat(70));
  out.insert(69, 2);
  out.set(69, 0x61);
  out.set(70, 0x62);
  expect(out.data.toString('latin1', 68)).toBe('xabx');
  out.truncate(1);
  out.ascii('y');
  expect(out.data.toString()).toBe('xy');
});
