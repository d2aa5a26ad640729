import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WrittenBefore } from '../../../../src/streams/transports/kafka/written-before.ts';

test('exactly the records that the topic has are left out, however they are grouped', () => {
  const lists = fc.array(fc.array(fc.string(), { maxLength: 5 }), { maxLength: 8 });
  fc.assert(
    fc.property(lists, fc.nat(50), (texts, count) => {
      const groups = texts.map((group) => group.map((text) => Buffer.from(text)));
      const before = new WrittenBefore(count);
      expect(groups.flatMap((records) => before.leaveOut(records))).toEqual(groups.flat().slice(count));
    }),
  );
});
