import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frontier } from '../../src/util/frontier.ts';

/** Lengths of pieces with the order in which they are done, some of them never. */
const course = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }).chain((lengths) =>
  fc.record({
    lengths: fc.constant(lengths),
    order: fc.shuffledSubarray(lengths.map((_, i) => i)),
    /** How many pieces are taken before each is done. */
    ahead: fc.integer({ min: 1, max: 30 }),
  }),
);

test('all up to the position is done, and what follows it is not', () => {
  fc.assert(
    fc.property(course, ({ lengths, order }) => {
      const frontier = new Frontier(0);
      let end = 0;
      const pieces = lengths.map((length) => {
        const from = end;
        end += length;
        return { from, end, stretch: frontier.take(end) };
      });
      const isDone = new Array<boolean>(end).fill(false);
      for (const index of order) {
        const { from, end: to, stretch } = pieces[index]!;
        const before = frontier.position;
        const hasMoved = frontier.done(stretch);
        isDone.fill(true, from, to);
        expect(hasMoved).toBe(frontier.position > before);
        expect(isDone.slice(0, frontier.position)).not.toContain(false);
        expect(isDone[frontier.position] ?? false).toBe(false);
      }
    }),
  );
});

test('pieces that are taken and done by turns bring the position to the end', () => {
  fc.assert(
    fc.property(course, ({ lengths, ahead }) => {
      const frontier = new Frontier(0);
      const under: ReturnType<typeof frontier.take>[] = [];
      let end = 0;
      for (const length of lengths) {
        end += length;
        under.push(frontier.take(end));
        if (under.length >= ahead) frontier.done(under.shift()!);
      }
      for (const stretch of under) frontier.done(stretch);
      expect(frontier.position).toBe(end);
    }),
  );
});

test('a position that is an object is given back as it came', () => {
  const [start, end] = [{ partitions: { 0: 1 } }, { partitions: { 0: 5 } }];
  const frontier = new Frontier(start);
  expect(frontier.position).toBe(start);
  frontier.done(frontier.take(end));
  expect(frontier.position).toBe(end);
});
