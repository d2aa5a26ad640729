import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader, frameBuffers } from '../../src/jets/frames.ts';

test('frames come out whole and in order however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 }),
      (bodies, cuts) => {
        const bytes = Buffer.concat(bodies.flatMap((body) => frameBuffers([Buffer.from(body)])));
        const seen: Buffer[] = [];
        const reader = new FrameReader((body) => seen.push(Buffer.from(body)));
        let at = 0;
        for (let turn = 0; at < bytes.length; turn += 1) {
          const size = cuts[turn % cuts.length] as number;
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(seen.map((body) => body.toString('hex'))).toEqual(
          bodies.map((body) => Buffer.from(body).toString('hex')),
        );
      },
    ),
  );
});

test('a frame longer than the limit is refused before anything is kept for it', () => {
  const reader = new FrameReader(() => {});
  expect(() => reader.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(/announced a frame of 4294967295 bytes/);
});
