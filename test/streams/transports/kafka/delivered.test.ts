import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Delivered } from '../../../../src/streams/transports/kafka/delivered.ts';

const stretch = fc.record({
  partition: fc.nat(3),
  count: fc.integer({ min: 1, max: 5 }),
  gap: fc.nat(3),
  /** Index of the record that ends the partition, if there is one. */
  end: fc.option(fc.nat(4)),
});

test('after any number of records each partition goes on behind its last one of them, or behind what has ended it', () => {
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1 }), fc.array(fc.nat(100)), (stretches, steps) => {
      const start = new Map([0, 1, 2, 3].map((partition) => [partition, 10 * partition]));
      const delivered = new Delivered(start);
      const end = new Map(start);
      const ended = new Set<number>();
      /** What is true after each record. */
      const all: { partition: number; offset: number; hasEnded: boolean }[] = [];
      for (const { partition, count, gap, end: last } of stretches) {
        if (ended.has(partition)) continue;
        const first = end.get(partition)! + gap;
        const next = Array.from({ length: count }, (_, i) => first + i + 1);
        delivered.add(partition, next);
        const isLast = last !== null && last < count;
        if (isLast) {
          expect(delivered.endAt(all.length + last + 1)).toBe(partition);
          ended.add(partition);
        }
        for (const [i, offset] of next.entries()) {
          const hasEnded = isLast && i >= last;
          all.push({ partition, offset: hasEnded ? next[last]! : offset, hasEnded });
        }
        end.set(partition, first + count);
      }
      for (const step of [...steps].sort((a, b) => a - b)) {
        const taken = all.slice(0, step);
        const expected = new Map(start);
        for (const { partition, offset } of taken) expected.set(partition, offset);
        const atEnd = [...new Set(taken.filter(({ hasEnded }) => hasEnded).map(({ partition }) => partition))];
        expect(delivered.after(taken.length)).toEqual({
          partitions: Object.fromEntries(expected),
          ...(atEnd.length > 0 && { ended: atEnd }),
        });
      }
      expect(delivered.count).toBe(all.length);
    }),
  );
});

test('an end that was handed on and not taken comes again', () => {
  const delivered = new Delivered(new Map([[0, 0]]));
  delivered.add(0, [1, 2]);
  delivered.endAt(2);
  expect(delivered.after(1)).toEqual({ partitions: { 0: 1 } });
  delivered.forgetUntaken();
  delivered.add(0, [2]);
  expect([...delivered.ended]).toEqual([]);
  delivered.endAt(3);
  expect(delivered.after(3)).toEqual({ partitions: { 0: 2 }, ended: [0] });
});
