import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Delivered } from '../../../../src/streams/transports/kafka/delivered.ts';

test('after any number of records each partition goes on behind its last one of them', () => {
  const stretch = fc.record({ partition: fc.nat(3), count: fc.integer({ min: 1, max: 5 }), gap: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1 }), fc.array(fc.nat(100)), (stretches, steps) => {
      const start = new Map([0, 1, 2, 3].map((partition) => [partition, 10 * partition]));
      const delivered = new Delivered(start);
      const end = new Map(start);
      const all: [number, number][] = [];
      for (const { partition, count, gap } of stretches) {
        const first = end.get(partition)! + gap;
        const next = Array.from({ length: count }, (_, i) => first + i + 1);
        delivered.add(partition, next);
        all.push(...next.map((offset) => [partition, offset] as [number, number]));
        end.set(partition, first + count);
      }
      for (const step of [...steps].sort((a, b) => a - b)) {
        const taken = Math.min(step, all.length);
        const expected = new Map(start);
        for (const [partition, offset] of all.slice(0, taken)) expected.set(partition, offset);
        expect(delivered.after(taken)).toEqual(Object.fromEntries(expected));
      }
    }),
  );
});
