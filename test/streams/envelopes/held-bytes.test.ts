import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeldBytes } from '../../../src/streams/envelopes/held-bytes.ts';

test('what is held is what was added, short pieces and long ones, also after it was taken', () => {
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    fc.uint8Array({ minLength: 1000, maxLength: 1100 }),
    fc.nat(70_000).map((size) => new Uint8Array(size).fill(size)),
  );
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 12 }), { maxLength: 4 }), fc.nat(100), (rounds, most) => {
      const held = new HeldBytes();
      for (const pieces of rounds) {
        for (const one of pieces) {
          const buffer = Buffer.from(one);
          held.add(buffer);
          // Short pieces are copied, their memory may be used again; long ones belong to the holder.
          if (buffer.length < 1024) buffer.fill(0xee);
        }
        const expected = Buffer.concat(pieces);
        expect(held.size).toBe(expected.length);
        expect(held.first(most).equals(expected.subarray(0, most))).toBe(true);
        expect(held.last(most).equals(expected.subarray(Math.max(0, expected.length - most)))).toBe(true);
        expect(held.takeWith(Buffer.from('x')).equals(Buffer.concat([expected, Buffer.from('x')]))).toBe(true);
        expect(held.size).toBe(0);
      }
    }),
  );
});

test('bytes that come one by one take hardly more memory than they are', () => {
  const held = new HeldBytes();
  const byte = Buffer.from('x');
  const before = process.memoryUsage();
  for (let i = 0; i < 2_000_000; i++) held.add(byte);
  const after = process.memoryUsage();
  expect(held.size).toBe(2_000_000);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8_000_000);
});
