import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PneumoMessage } from '../../../src/api/pneumo.ts';
import { History } from '../../../src/server/pneumo/history.ts';

const message = (text: string): PneumoMessage => ({ src: 'e', timestamp: '', type: 'log', level: 64, text });

test('a history keeps the newest messages, as many as its limits of number and size allow', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 200 }), (all, messages, bytes) => {
      const history = new History({ messages, bytes });
      for (const [index, size] of all.entries()) history.add(message(String(index)), size);
      const kept = history.last(all.length).map((one) => ('text' in one ? Number(one.text) : -1));
      // Newest first, while they fit; the newest itself always does.
      let room = bytes;
      const expected: number[] = [];
      for (let index = all.length - 1; index >= 0 && expected.length < messages; index--) {
        room -= all[index] as number;
        if (room < 0 && expected.length > 0) break;
        expected.unshift(index);
      }
      expect(kept).toEqual(expected);
    }),
  );
});
